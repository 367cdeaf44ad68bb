import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CATALOGUE = join(import.meta.dirname, '../../../event-generator/src/snkrs/incidents/catalogue');

/** An entry of the catalogue of incidents, as far as its effect is concerned. */
export interface CatalogueEntry {
  readonly kind: string;
  readonly difficulty: number;
  readonly phases: readonly ('PRE_DROP' | 'DROP_LIVE' | 'POST_DROP')[];
  readonly cause: { readonly service: string };
  readonly events: readonly { readonly atSeconds: number }[];
  readonly effectSize: { readonly file: string; readonly atLeast: number; readonly outsideAtMost: number };
}

/** Every kind of incident there is. */
export function catalogue(): CatalogueEntry[] {
  return readdirSync(CATALOGUE)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(CATALOGUE, name), 'utf8')));
}
