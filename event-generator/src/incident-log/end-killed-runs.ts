import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import type { EpochMillis } from '../simulation/clock.ts';
import { ledgerNames, modifiedAt, readLedger } from '../telemetry/ledger/read-ledger.ts';
import { type RecordedRun, readRun } from '../telemetry/ledger/read-run.ts';

/** Where runs have left what. */
export interface EarlierRuns {
  /** Of the ledgers. */
  readonly directory: string;
  readonly client: ClickHouseClient;
  /** The machine's time. */
  readonly now: () => EpochMillis;
  readonly signal: AbortSignal;
}

/** Longer than telemetry is kept; who would ask about an incident from before? */
const FORGOTTEN_MS = 4 * 86_400_000;

/** A killed run could not say that its incidents ended with it: says so in its place. Throws where the ledgers or ClickHouse cannot be asked. */
export async function endIncidentsOfKilledRuns({ directory, client, now, signal }: EarlierRuns): Promise<void> {
  const query = await readFile(join(import.meta.dirname, 'end-incidents.sql'), 'utf8');
  for (const runId of await recentRuns(directory, now() - FORGOTTEN_MS)) {
    const run = await readRun(directory, runId, now);
    if (run.state !== 'killed') continue;
    const end = Math.floor(lastSign(run));
    await client.command({
      query,
      query_params: { runId, end },
      abort_signal: signal,
    });
  }
}

async function recentRuns(directory: string, since: EpochMillis): Promise<Set<string>> {
  const runs = new Set<string>();
  for (const name of await ledgerNames(directory)) {
    const path = join(directory, name);
    if ((await modifiedAt(path)) > since) runs.add((await readLedger(path)).runId);
  }
  return runs;
}

/** The last instant of its time that a run is known to have seen. */
function lastSign({ history, updatedAt }: RecordedRun): EpochMillis {
  return history && history.reached < history.to ? history.reached : updatedAt;
}
