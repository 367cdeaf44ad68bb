import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';

/** Stores the rows of `rows.sql`, as of now. */
export async function insertRows(admin: ClickHouseClient): Promise<void> {
  const statements = readFileSync(join(import.meta.dirname, 'rows.sql'), 'utf8').split(/;\n/);
  for (const query of statements.filter((statement) => statement.trim() !== '')) await admin.command({ query });
}
