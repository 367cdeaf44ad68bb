import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/** The files of a run's delivery ledger: one, or with SHARD_COUNT one for each shard that ran here. */
export function ledgersOf({ paths }: Config, runId: string): string[] {
  if (!existsSync(paths.runs)) return [];
  const files = readdirSync(paths.runs).filter((name) => name.endsWith('.json'));
  const own = files.filter((name) => name === `${runId}.json` || name.startsWith(`${runId}.shard-`));
  return own.map((name) => join(paths.runs, name));
}
