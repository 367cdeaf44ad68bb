import { join } from 'node:path';
import type { EpochMillis } from '../../simulation/clock.ts';
import { type LedgerText, ledgerNames, modifiedAt, readLedger } from './read-ledger.ts';

/** A process of a run, and when the telemetry is of that it made. */
export interface KeptRun {
  readonly runId: string;
  readonly seed: string | undefined;
  readonly from: EpochMillis;
  /** Of one that goes on, or that nobody has heard of since: when its ledger was written. */
  readonly to: EpochMillis;
  /** It says so; its process may be gone. */
  readonly saysItRuns: boolean;
  /** It has made less history than it set out to make. */
  readonly isCutShort: boolean;
  /** Somebody has begun to delete its rows. */
  readonly undoBegun: boolean;
}

/**
 * What the ledgers in `directory` say that were written after `since`, undone runs left out. A file that is no ledger tells nothing.
 */
export async function keptRuns(directory: string, since: EpochMillis): Promise<KeptRun[]> {
  const kept: KeptRun[] = [];
  for (const name of await ledgerNames(directory)) {
    const path = join(directory, name);
    // A ledger is written at the end of its run, or later: the older ones need not be read.
    if ((await modifiedAt(path)) <= since) continue;
    const ledger = await readLedger(path).catch(() => undefined);
    if (ledger !== undefined && ledger.state !== 'undone') kept.push(toKeptRun(ledger));
  }
  return kept;
}

function toKeptRun({ runId, state, startedAt, updatedAt, history, settings, undoBegun }: LedgerText): KeptRun {
  const isThrough = !history || Date.parse(history.reached) >= Date.parse(history.to);
  const isLive = !history || (isThrough && history.goesLive);
  return {
    runId,
    seed: settings.SEED,
    from: Date.parse(history?.from ?? startedAt),
    to: Date.parse(isLive ? updatedAt : history.reached),
    saysItRuns: state === 'running',
    isCutShort: !isThrough,
    undoBegun,
  };
}
