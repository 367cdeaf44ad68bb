import { join } from 'node:path';
import { SIGNALS, type Signal } from '../../telemetry/signal.ts';
import { agrees, type Comparison, partlyTaken } from './compare.ts';
import type { Verification } from './gather.ts';

const ITEMS: Record<Signal, string> = { traces: 'spans', logs: 'log records', metrics: 'data points' };
const COLUMNS = ['created', 'acknowledged', 'rejected', 'dropped', 'in flight', 'stored', 'difference'] as const;

/** The comparison as a table for people. `whole`: every service, and not only those where something differs. */
export function renderTable({ run, lines }: Verification, { whole }: { whole: boolean }): string[] {
  const shown = lines.filter((line) => whole || line.service === undefined || !agrees(line));
  const rows = shown.flatMap((line) => {
    const row = [labelOf(line, whole), ...cells(line)];
    const partly = line.service === undefined && whole ? partlyTaken(run.counts[line.signal]) : undefined;
    return partly === undefined ? [row] : [row, partlyTakenRow(partly)];
  });
  const table = [['', ...COLUMNS], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? `  ${cell.padEnd(widths[0]!)}` : cell.padStart(widths[column]! + 2)))
      .join(''),
  );
}

/** What the table comes to, a line for each thing to be said; the first is the verdict. */
export function renderVerdict(verification: Verification, directory: string): string[] {
  const { run, lines, soughtDoubles } = verification;
  const differing = lines.filter((line) => !agrees(line));
  const expired = wholes(lines).filter((line) => line.expired > 0);
  return [
    `Run ${run.runId}: ${verdict(verification, differing)}`,
    ...differing.filter(({ service }) => service !== undefined).map(explain),
    ...expired.map(
      (line) =>
        `${count(line.expired)} ${ITEMS[line.signal]} have expired: the run is older than ClickHouse keeps rows.`,
    ),
    ...(soughtDoubles
      ? []
      : [`Items stored twice were not looked for, in a run of that size: just verify ${run.runId} does.`]),
    ...run.missing.map(
      (name) =>
        `${join(directory, name)} is not there: copy it from the machine this part of the run was on, and verify again.`,
    ),
  ];
}

/** Whether everything created is where the ledger says. */
export function isVerified({ run, lines }: Verification): boolean {
  return run.missing.length === 0 && lines.every(agrees);
}

/** Items that the collector rejected or the generator dropped. */
export function countLost(lines: readonly Comparison[]): number {
  return wholes(lines).reduce((sum, { rejected, dropped }) => sum + rejected + dropped, 0);
}

function verdict({ run, lines }: Verification, differing: readonly Comparison[]): string {
  if (differing.length > 0) return 'what is stored differs from what the ledger says.';
  if (run.state === 'undone') return 'it was undone, and nothing of it is stored.';
  if (run.missing.length > 0) return 'only a part of its ledgers is here.';
  if (run.state === 'running')
    return 'it goes on. What was acknowledged when the rows were counted is stored; the ledger is a moment newer.';
  if (run.state === 'killed') {
    return `everything acknowledged is stored; it ended without a word after ${instant(run.updatedAt)}.`;
  }
  if (wholes(lines).some(({ expired }) => expired > 0)) return 'nothing differs but for the age of its rows.';
  if (countLost(lines) === 0) return 'everything it created is stored.';
  const [rejected, dropped] = (['rejected', 'dropped'] as const).map((name) =>
    count(wholes(lines).reduce((sum, line) => sum + line[name], 0)),
  );
  return `everything acknowledged is stored; ${rejected} items were rejected by the collector, ${dropped} dropped at the end.`;
}

/** A service and what is wrong with it. */
function explain({ signal, service, missing, surplus, doubled }: Comparison): string {
  const faults = [
    missing > 0 && `${count(missing)} acknowledged and not stored`,
    doubled > 0 && `${count(doubled)} stored twice`,
    surplus > doubled && `${count(surplus - doubled)} stored that the ledger does not know`,
  ];
  return `${printable(service ?? '')}: ${ITEMS[signal]}: ${faults.filter((fault) => fault !== false).join(', ')}.`;
}

function wholes(lines: readonly Comparison[]): Comparison[] {
  return SIGNALS.flatMap((signal) => lines.find((line) => line.signal === signal && line.service === undefined) ?? []);
}

function labelOf({ signal, service }: Comparison, whole: boolean): string {
  if (service === undefined) return ITEMS[signal];
  return whole ? `  ${printable(service)}` : `${ITEMS[signal]} of ${printable(service)}`;
}

function cells(line: Comparison): string[] {
  const { created, acknowledged, rejected, dropped, inFlight, stored } = line;
  return [...[created, acknowledged, rejected, dropped, inFlight, stored].map(count), differenceOf(line)];
}

/** Both signs where some rows are missing and others too many. */
function differenceOf({ missing, surplus, expired }: Comparison): string {
  const signed = [missing > 0 && `-${count(missing)}`, surplus > 0 && `+${count(surplus)}`].filter(
    (part) => part !== false,
  );
  return signed.join(' ') || (expired > 0 ? 'expired' : '0');
}

function partlyTakenRow({ acknowledged, rejected }: { acknowledged: number; rejected: number }): string[] {
  return ['  (services unknown)', '', count(acknowledged), count(rejected), '', '', '', ''];
}

/** Anyone may have sent rows with this run's id, and named their service with whatever moves a terminal's cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\u{fffd}').slice(0, 60);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
