import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, 'catalogue');
const ENDING = '.json';

/** The incidents there are, each by the name of its file in the catalogue. */
export function incidentKinds(): string[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .sort();
}

/** The file of a kind. */
export function incidentFile(kind: string): string {
  return join(DIRECTORY, `${kind}${ENDING}`);
}
