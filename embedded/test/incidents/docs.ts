import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DOCS = join(import.meta.dirname, '../../../docs/incidents.md');

/** The kinds of incidents whose picture docs/incidents.md shows, each a file that is there. */
export function picturesOfDocs(): string[] {
  const shown = readFileSync(DOCS, 'utf8').matchAll(/^!\[.+\]\((incidents\/([a-z-]+)\.png)\)$/gm);
  return [...shown].filter(([, path = '']) => existsSync(join(dirname(DOCS), path))).map(([, , kind = '']) => kind);
}

/** The queries that docs/incidents.md has for each kind of incident. */
export function queriesOfDocs(): Map<string, string[]> {
  const [, ...sections] = readFileSync(DOCS, 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, query = '']) => query),
    ]),
  );
}

/** A query of the docs, that asks of the last minutes, asked of one run from an instant on. */
export function askedOf(query: string, run: string, from: string): string {
  return query.replaceAll(
    /> now\(\) - INTERVAL 5 MINUTE/g,
    `> toDateTime64('${from}', 3) AND ResourceAttributes['snkrs.run.id'] = '${run}'`,
  );
}
