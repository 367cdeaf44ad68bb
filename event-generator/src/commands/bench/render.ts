import type { Palette } from '../../terminal/palette.ts';
import { bar, sparkline } from './bars.ts';
import { type Ingestion, type SignalIngestion, WINDOW_SECONDS } from './ingestion.ts';
import { age, count, median, megabytes, timeOfDay } from './quantities.ts';

const BAR_WIDTH = 7;

/** One line above the seconds: what stands where. */
export function renderSecondsHeader(ingestion: Ingestion, paint: Palette): string {
  const columns = ingestion.signals.map(({ signal }) => `${signal.padStart(9)} rows/s   MB/s`);
  return paint.bold(`UTC     ${columns.join('')}`);
}

/** One line for each of the last `howMany` seconds, 80 characters wide: for each signal rows, a bar against its largest second, and MB. */
export function renderSeconds(ingestion: Ingestion, howMany: number): string[] {
  const largest = ingestion.signals.map(({ seconds }) => Math.max(...seconds.map((second) => second.rows)));
  return Array.from({ length: Math.min(howMany, WINDOW_SECONDS) }, (_, index) => {
    const at = WINDOW_SECONDS - Math.min(howMany, WINDOW_SECONDS) + index;
    const cells = ingestion.signals.map(({ seconds }, signal) => {
      const { rows = 0, bytes = 0 } = seconds[at] ?? {};
      return `${count(rows).padStart(9)} ${bar(rows, largest[signal] ?? 0, BAR_WIDTH)}${megabytes(bytes).padStart(6)}`;
    });
    return `${timeOfDay(ingestion.lastSecond - WINDOW_SECONDS + 1 + at)}${cells.join(' ')}`;
  });
}

/** The minute at a glance: a curve for each measure, its figures, and what is stored. 80 columns, 22 lines. */
export function renderSummary(ingestion: Ingestion, paint: Palette): string[] {
  const { lastSecond, signals } = ingestion;
  const span = `${timeOfDay(lastSecond - WINDOW_SECONDS + 1)} to ${timeOfDay(lastSecond)} UTC`;
  return [
    `${paint.bold('Ingestion by the second of its INSERT')}  ${span}`,
    '',
    ...signals.flatMap((signal) => curves(signal, paint)),
    paint.dim(`${''.padEnd(16)}· no INSERT ended in that second`),
    paint.bold(`${''.padEnd(16)}${['min', 'median', 'mean', 'max', `${WINDOW_SECONDS} s`].map(right(11)).join('')}`),
    ...signals.flatMap(figures),
    '',
    paint.bold(`${''.padEnd(16)}${['newest', 'compressed', 'written, 60 s', 'stored'].map(right(14)).join('')}`),
    ...signals.map(storage),
    ...(ingestion.partsKeptSeconds >= NEEDED_SECONDS ? [] : [paint.yellow(forgetful(ingestion.partsKeptSeconds))]),
  ];
}

/** As long as a part must be remembered for the window, which ends two seconds ago, to be whole. */
const NEEDED_SECONDS = WINDOW_SECONDS + 3;

function forgetful(seconds: number): string {
  return `! This server forgets merged parts after ${seconds} s (old_parts_lifetime): older seconds are too low.`;
}

function curves({ signal, seconds }: SignalIngestion, paint: Palette): string[] {
  return [
    `${signal.padEnd(9)}rows/s ${paint.cyan(sparkline(seconds.map((second) => second.rows)))}`,
    `${''.padEnd(9)}MB/s   ${paint.dim(sparkline(seconds.map((second) => second.bytes)))}`,
  ];
}

function figures({ signal, seconds }: SignalIngestion): string[] {
  return [
    `${signal.padEnd(9)}rows/s ${statistics(seconds.map((second) => second.rows))
      .map(count)
      .map(right(11))
      .join('')}`,
    `${''.padEnd(9)}MB/s   ${statistics(seconds.map((second) => second.bytes))
      .map(megabytes)
      .map(right(11))
      .join('')}`,
  ];
}

function statistics(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return [Math.min(...values), median(values), total / values.length, Math.max(...values), total];
}

function storage({ signal, seconds, newestAge, compression, storedRows }: SignalIngestion): string {
  const written = seconds.reduce((sum, second) => sum + second.bytesOnDisk, 0);
  const cells = [
    newestAge === undefined ? '-' : age(newestAge),
    compression === undefined ? '-' : `${compression.toFixed(1)} : 1`,
    `${megabytes(written)} MB`,
    count(storedRows),
  ];
  return `${signal.padEnd(16)}${cells.map(right(14)).join('')}`;
}

function right(width: number) {
  return (cell: string) => cell.padStart(width);
}
