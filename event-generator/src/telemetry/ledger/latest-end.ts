import { join } from 'node:path';
import type { EpochMillis } from '../../simulation/clock.ts';
import { type LedgerText, ledgerNames, modifiedAt, readLedger } from './read-ledger.ts';

/** Up to where there is telemetry of a run. */
export interface RunEnd {
  readonly runId: string;
  readonly at: EpochMillis;
}

/**
 * The latest end of the runs whose ledgers are in `directory`, undone ones left out; undefined where none has telemetry from after `since`. A
 * file that is no ledger tells nothing.
 */
export async function latestEnd(directory: string, since: EpochMillis): Promise<RunEnd | undefined> {
  let latest: RunEnd | undefined;
  for (const name of await ledgerNames(directory)) {
    const path = join(directory, name);
    // A ledger is written at the end of its run, or later: the older ones need not be read.
    if ((await modifiedAt(path)) <= since) continue;
    const ledger = await readLedger(path).catch(() => undefined);
    if (ledger === undefined || ledger.state === 'undone') continue;
    const at = endOf(ledger);
    if (at > (latest?.at ?? since)) latest = { runId: ledger.runId, at };
  }
  return latest;
}

function endOf({ history, updatedAt }: LedgerText): EpochMillis {
  if (!history) return Date.parse(updatedAt);
  const isThrough = Date.parse(history.reached) >= Date.parse(history.to);
  return Date.parse(isThrough && history.goesLive ? updatedAt : history.reached);
}
