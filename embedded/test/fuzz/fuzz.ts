import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { collectorOptions } from '../collector.ts';
import { type CollectorProcess, startCollectorProcess } from '../collector-process.ts';
import { peakRss } from '../resident-memory.ts';
import { fateAlone } from './alone.ts';
import { type BatchTarget, runBatch, type Sent } from './batch.ts';
import { compareFate } from './compare.ts';
import { reasonFor } from './differences.ts';
import { createFindings, type Findings } from './findings.ts';
import { type FuzzCase, fuzzCase } from './fuzz-case.ts';
import { neighbour } from './neighbours.ts';
import { type Oracle, startOracle } from './oracle/oracle.ts';
import { writeRecorded } from './recorded.ts';
import { createSender } from './send.ts';
import { openStoredRows, type StoredRows } from './stored-rows.ts';
import { rowKey } from './verdict.ts';

/** Cases sent close together: their rows are compared as one. */
const BATCH = 1_000;
/** One good request between so many others. */
const NEIGHBOUR_EVERY = 10;

/** Which cases to run. */
export interface FuzzRun {
  readonly seed: number;
  readonly from: number;
  readonly cases: number;
}

interface Bench {
  readonly clickhouse: TestClickHouse;
  readonly stored: StoredRows;
  readonly oracle: Oracle;
  readonly collector: CollectorProcess;
  readonly target: BatchTarget;
}

/**
 * Sends cases to the collector's real process before a real ClickHouse and compares the fate of each with the oracle's verdict.
 * In a batch all rows are compared at once; cases whose rows are not there as foreseen are sent again, each to a collector of
 * its own, and only that fate counts.
 */
export async function fuzz({ seed, from, cases }: FuzzRun): Promise<Findings> {
  return onBench(async (bench) => {
    const findings = createFindings();
    for (let first = from; first < from + cases; first += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, from + cases - first) }, (_, n) => first + n);
      await fuzzBatch(bench, findings, withNeighbours(seed, numbers));
      findings.peaks(peakRss(bench.collector.child.pid!), peakRss(bench.clickhouse.server.pid));
      console.error(
        `${first + numbers.length - from} of ${cases} cases, ${findings.differences().length} differences so far, explained or not`,
      );
    }
    return findings;
  });
}

/** Records verdicts for the quick tests: of the first `cases`, but for those whose rows differ for an explained reason. */
export async function record(seed: number, cases: number): Promise<void> {
  await onBench(async ({ oracle, target }) => {
    const given = Array.from({ length: cases }, (_, number) => fuzzCase(seed, number));
    const judged = await Promise.all(given.map(async (each) => [each, await oracle.judge(each.request)] as const));
    const { sent, suspects } = await runBatch(target, judged);
    await writeRecorded(
      seed,
      sent.filter((each) => !suspects.includes(each)),
    );
  });
}

/** All there is to know of one case. */
export async function describeCase(seed: number, number: number): Promise<string> {
  return onBench(async ({ clickhouse, stored, oracle }) => {
    const { mutation, original, request } = fuzzCase(seed, number);
    const verdict = await oracle.judge(request);
    const fate = await fateAlone(clickhouse, stored, request);
    const { body, ...header } = request;
    const difference = compareFate(verdict, fate);
    const shown = {
      number,
      mutation,
      original,
      header,
      bytes: body.length,
      body: body.subarray(0, 4_000).toString('hex'),
      verdict,
      fate,
      difference,
    };
    return JSON.stringify(shown, undefined, 2);
  });
}

function withNeighbours(seed: number, numbers: readonly number[]): FuzzCase[] {
  return numbers.flatMap((number) => {
    const given = fuzzCase(seed, number);
    return number % NEIGHBOUR_EVERY === 0 ? [given, neighbour(number / NEIGHBOUR_EVERY)] : [given];
  });
}

async function fuzzBatch(bench: Bench, findings: Findings, cases: readonly FuzzCase[]): Promise<void> {
  const { clickhouse, stored, oracle, target, collector } = bench;
  const judged = await Promise.all(cases.map(async (given) => [given, await oracle.judge(given.request)] as const));
  const { sent, suspects, orphans } = await runBatch(target, judged);
  if (collector.child.exitCode !== null) throw new Error(`the collector ended: ${collector.output().slice(-2_000)}`);
  const unexplained = new Map(orphans);
  for (const each of sent) {
    const difference = compareFate(each.verdict, asForeseen(each));
    if (!suspects.includes(each) && difference?.kind !== 'other items rejected') {
      note(findings, each, difference);
      continue;
    }
    const fate = await fateAlone(clickhouse, stored, each.given.request);
    note(findings, each, compareFate(each.verdict, fate));
    for (const row of 'rows' in fate ? fate.rows : []) subtract(unexplained, rowKey(row));
  }
  for (const key of unexplained.keys()) findings.orphan(key);
}

/** The fate of a case none of whose rows are missing. */
function asForeseen({ verdict, answer }: Sent) {
  return answer.isAccepted
    ? ({ kind: 'stored', answer, rows: verdict.rows } as const)
    : ({ kind: 'refused', answer } as const);
}

function note(findings: Findings, { given, verdict, answer }: Sent, difference: ReturnType<typeof compareFate>): void {
  findings.fate(given, verdict, answer, difference, difference && reasonFor(difference));
}

function subtract(counts: Map<string, number>, key: string): void {
  const count = counts.get(key);
  if (count === undefined) return;
  if (count === 1) counts.delete(key);
  else counts.set(key, count - 1);
}

async function onBench<Result>(work: (bench: Bench) => Promise<Result>): Promise<Result> {
  const ends: (() => Promise<void> | void)[] = [];
  try {
    const oracle = await startOracle();
    ends.push(() => oracle.stop());
    const clickhouse = await startTestClickHouse();
    ends.push(() => clickhouse.stop());
    const directory = await mkdtemp(join(tmpdir(), 'click-ai-fuzz-'));
    ends.push(() => rm(directory, { recursive: true, force: true }));
    const options = collectorOptions(directory, { clickhouse });
    const collector = await startCollectorProcess({ after: (end) => ends.push(end) }, options);
    if (collector.answer.type === 'failed') throw new Error(collector.answer.message);
    ends.push(async () => {
      await collector.end('SIGTERM');
    });
    const sender = createSender(collector.answer);
    ends.push(() => sender.close());
    const stored = await openStoredRows(clickhouse);
    ends.push(() => stored.close());
    return await work({
      clickhouse,
      stored,
      oracle,
      collector,
      target: { sender, stored, spoolDirectory: options.spoolDirectory },
    });
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
