import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../collector.ts';
import type { FuzzCase } from './fuzz-case.ts';
import type { Answer, Sender } from './send.ts';
import type { StoredRows } from './stored-rows.ts';
import { rowKey, type TableRow, type Verdict } from './verdict.ts';

/** Requests on their way at a time. */
const IN_FLIGHT = 16;
/** One load of a batch with many requests in it that ClickHouse refuses takes a few seconds. */
const LOAD_MILLIS = 300_000;

/** A case with what should and what did become of it, as far as that shows among others. */
export interface Sent {
  readonly given: FuzzCase;
  readonly verdict: Verdict;
  readonly answer: Answer;
}

/** What a batch left in the tables. */
export interface BatchResult {
  readonly sent: readonly Sent[];
  /** Cases whose fate only shows when they are sent alone: rows are missing, or the oracle would not have taken them. */
  readonly suspects: readonly Sent[];
  /** Rows that no verdict foresaw, and how often each is there. */
  readonly orphans: ReadonlyMap<string, number>;
}

/** Where a batch goes. */
export interface BatchTarget {
  readonly sender: Sender;
  readonly spoolDirectory: string;
  readonly stored: StoredRows;
}

/** Sends cases close together, so that they share segments, and compares all rows of theirs with all that are expected. */
export async function runBatch(
  target: BatchTarget,
  cases: readonly (readonly [FuzzCase, Verdict])[],
): Promise<BatchResult> {
  await target.stored.empty();
  const sent: Sent[] = [];
  for (let from = 0; from < cases.length; from += IN_FLIGHT) {
    const some = cases.slice(from, from + IN_FLIGHT).map(async ([given, verdict]): Promise<Sent> => {
      return { given, verdict, answer: await target.sender.send(given.request) };
    });
    sent.push(...(await Promise.all(some)));
  }
  await until('an empty spool', () => isEmpty(target.spoolDirectory), LOAD_MILLIS);
  const { missing, orphans } = compareRows(sent, await target.stored.read());
  const suspects = sent.filter((each) => missing.has(each) || isTakenAgainst(each));
  return { sent, suspects, orphans };
}

/** Acknowledged though nothing should come of it: whether in the tables or in quarantine, only shows alone. */
const isTakenAgainst = ({ answer, verdict }: Sent) => answer.isAccepted && !verdict.accept && verdict.rows.length === 0;

async function isEmpty(spoolDirectory: string): Promise<boolean> {
  for (const signal of ['traces', 'logs', 'metrics']) {
    const names = await readdir(join(spoolDirectory, signal));
    if (names.some((name) => name.endsWith('.otlp'))) return false;
  }
  return true;
}

function compareRows(sent: readonly Sent[], rows: readonly TableRow[]) {
  const found = new Map<string, number>();
  for (const row of rows) found.set(rowKey(row), (found.get(rowKey(row)) ?? 0) + 1);
  const expected = new Map<string, Sent[]>();
  for (const each of sent) {
    if (!each.answer.isAccepted) continue;
    for (const row of each.verdict.rows) {
      const by = expected.get(rowKey(row));
      if (by === undefined) expected.set(rowKey(row), [each]);
      else by.push(each);
    }
  }
  const missing = new Set<Sent>();
  const orphans = new Map<string, number>();
  for (const [key, by] of expected) {
    if (by.length !== (found.get(key) ?? 0)) for (const each of by) missing.add(each);
  }
  for (const [key, count] of found) {
    const more = count - (expected.get(key)?.length ?? 0);
    if (more > 0) orphans.set(key, more);
  }
  return { missing, orphans };
}
