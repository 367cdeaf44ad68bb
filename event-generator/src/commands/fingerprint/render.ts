import { SETTINGS } from '../../settings.ts';
import type { RecordedRun } from '../../telemetry/ledger/read-run.ts';
import { SIGNALS, type Signal } from '../../telemetry/signal.ts';
import type { SignalHash } from './hash-rows.ts';

const ITEMS: Record<Signal, string> = { traces: 'spans', logs: 'log records', metrics: 'data points' };

/** The settings that telemetry depends on, beside those of the history. */
const DECISIVE = [
  'LOAD',
  'PRE_DROP_SECONDS',
  'DROP_LIVE_SECONDS',
  'POST_DROP_SECONDS',
  'PRE_DROP_WORKERS',
  'DROP_LIVE_WORKERS',
  'POST_DROP_WORKERS',
  'INVENTORY_MIN',
  'INVENTORY_MAX',
  'METRICS_INTERVAL_SECONDS',
  'SHARDS',
  'SHARD_COUNT',
  'INCIDENTS',
] as const satisfies readonly (keyof typeof SETTINGS)[];

/** A line for each signal. */
export function renderHashes(hashes: Readonly<Record<Signal, SignalHash>>): string[] {
  return SIGNALS.map((signal) => {
    const { rows, hash } = hashes[signal];
    return `  ${ITEMS[signal].padEnd(11)}  ${rows.toLocaleString('en-US').padStart(13)}  ${hash}`;
  });
}

/** One line: which other runs have the same fingerprint. */
export function renderScope({ runId, state, history, settings }: RecordedRun): string {
  if (state === 'running') return `Run ${runId} goes on: this is the fingerprint of what it has stored so far.`;
  if (state !== 'complete') return `Run ${runId} lost something: this is the fingerprint of what is stored of it.`;
  if (history === undefined || history.goesLive) {
    return `Run ${runId} was live, with timings that no other run has, nor this fingerprint; SIMULATE_FROM makes runs that can be repeated.`;
  }
  if (history.reached < history.to) return `Run ${runId} was cut short: no other run has this fingerprint.`;
  const given = {
    SEED: settings.SEED,
    SIMULATE_FROM: new Date(history.from).toISOString(),
    CYCLES: settings.CYCLES,
    ...Object.fromEntries(
      DECISIVE.filter((name) => differs(name, settings[name])).map((name) => [name, settings[name]]),
    ),
  };
  const words = Object.entries(given).map(([name, value]) => `${name}=${value}`);
  return `Run ${runId}: every run of this version with ${words.join(' ')} has this fingerprint.`;
}

function differs(name: (typeof DECISIVE)[number], value: string | undefined): boolean {
  return value !== undefined && value !== SETTINGS[name].default;
}
