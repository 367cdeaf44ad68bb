import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';

/** The one definition of database `otel`. */
const schemaFile = join(import.meta.dirname, '../../../config/clickhouse-schema.sql');

/** Creates what is missing of database `otel`; `client` is an administrator's. */
export async function applySchema(client: ClickHouseClient): Promise<void> {
  for (const query of splitStatements(await readFile(schemaFile, 'utf8'))) await client.command({ query });
}

// A quoted name or string (with \ and doubled quotes), a comment, a semicolon, or any other character.
const token = /'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|"(?:[^"\\]|\\.|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|;|[\s\S]/g;

/** The statements of a ClickHouse script, without comments: the HTTP interface takes one at a time. */
export function splitStatements(script: string): string[] {
  const statements = [''];
  for (const [text] of script.matchAll(token)) {
    if (text === ';') statements.push('');
    else statements[statements.length - 1] += text.startsWith('--') || text.startsWith('/*') ? ' ' : text;
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
