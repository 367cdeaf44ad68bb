import { SIGNALS, type Signal } from '../signal.ts';
import { inFlight, type Tally } from './counts.ts';

const ROW_NAMES: Record<Signal, string> = { traces: 'spans', logs: 'log records', metrics: 'data points' };
const COLUMNS = ['created', 'acknowledged', 'rejected', 'dropped', 'in flight'] as const;

/** The counts as a small table of plain lines, for people. */
export function renderLedgerTable(counts: Readonly<Record<Signal, Tally>>): string[] {
  const width = 14;
  const header = ''.padEnd(12) + COLUMNS.map((name) => name.padStart(width)).join('');
  const rows = SIGNALS.map((signal) => {
    const { created, acknowledged, rejected, dropped } = counts[signal];
    const cells = [created, acknowledged, rejected, dropped, inFlight(counts[signal])];
    return ROW_NAMES[signal].padEnd(12) + cells.map((n) => n.toLocaleString('en-US').padStart(width)).join('');
  });
  return [header, ...rows];
}
