import type { RecordedRun } from '../telemetry/ledger/read-run.ts';
import type { Undone } from './undo-run.ts';

/** One line while nothing can be deleted yet. */
export function renderWaiting(items: number): string {
  return `Waiting for ${count(items)} acknowledged items to be stored, so that they can be deleted.`;
}

/** What became of a run, a line for each thing to be said. */
export function renderUndone({ runId }: RecordedRun, { rows, missing }: Undone): string[] {
  return [
    `Run ${runId} is undone: ${rows === 1 ? '1 row is' : `${count(rows)} rows are`} deleted.`,
    ...(missing > 0
      ? [
          `${count(missing)} items that were acknowledged are not stored so far: where the collector stores them after all, just undo ${runId} deletes them.`,
        ]
      : []),
  ];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
