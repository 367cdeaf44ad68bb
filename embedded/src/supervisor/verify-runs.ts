import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { ledgersOf } from './ledgers.ts';

const command = join(import.meta.dirname, '../../../event-generator/src/commands/verify.ts');

/** What came of a run. */
export interface Verified {
  /** Whether all it created is stored, once; of a killed run, whether all that was acknowledged is. */
  readonly ok: boolean;
  /** The comparison, for people. */
  readonly lines: readonly string[];
}

/** Holds the ledger of each run against what ClickHouse has at `clickhouseUrl`; a run that left no ledger is left out. */
export async function verifyRuns(
  config: Config,
  clickhouseUrl: string,
  runIds: readonly string[],
  kill: AbortSignal,
): Promise<Verified[]> {
  const verified: Verified[] = [];
  for (const runId of runIds.filter((id) => ledgersOf(config, id).length > 0)) {
    verified.push(await verify(config, clickhouseUrl, runId, kill));
  }
  return verified;
}

function verify(
  { paths, clickhousePassword }: Config,
  clickhouseUrl: string,
  runId: string,
  kill: AbortSignal,
): Promise<Verified> {
  // The collector has ended: what it has not stored by now it stores at the next start.
  const words = [command, runId, '--summary', '--strict', '--quick', '--wait', '0'];
  const env = {
    DATA_DIR: paths.dataDir,
    CLICKHOUSE_URL: clickhouseUrl,
    CLICKHOUSE_USER: 'admin',
    CLICKHOUSE_PASSWORD: clickhousePassword,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env, signal: kill }, (error, stdout, stderr) => {
      resolve({ ok: error === null, lines: `${stdout}${stderr}`.trimEnd().split('\n') });
    });
  });
}
