import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sent } from './batch.ts';
import { type FuzzCase, fuzzCase } from './fuzz-case.ts';
import { rowKey, type TableRow } from './verdict.ts';

const FILE = join(import.meta.dirname, 'recorded/verdicts.jsonl');

/** What the oracle said of one case, and what the collector answers to it. */
export interface RecordedVerdict {
  readonly number: number;
  /** Of the request, so that a verdict is never held against another one. */
  readonly request: string;
  readonly answer: string;
  /** Digests of the rows it becomes. */
  readonly rows: readonly string[];
}

/** Verdicts that need no oracle any more. */
export interface Recorded {
  readonly seed: number;
  readonly verdicts: readonly RecordedVerdict[];
}

/** Keeps the verdicts of cases whose fate agrees with them. */
export async function writeRecorded(seed: number, sent: readonly Sent[]): Promise<void> {
  const verdicts = sent.map(({ given, verdict, answer }): RecordedVerdict => {
    const rows = answer.isAccepted ? verdict.rows.map(rowDigest) : [];
    return { number: given.number, request: requestDigest(given), answer: answer.status, rows };
  });
  await writeFile(FILE, [{ seed }, ...verdicts].map((line) => `${JSON.stringify(line)}\n`).join(''));
}

export async function readRecorded(): Promise<Recorded> {
  const lines = (await readFile(FILE, 'utf8')).trim().split('\n');
  const [head, ...verdicts] = lines.map((line) => JSON.parse(line));
  return { seed: head.seed, verdicts };
}

/**
 * The case of a recorded verdict.
 * @throws Error when the case of that number is another one by now
 */
export function recordedCase(seed: number, { number, request }: RecordedVerdict): FuzzCase {
  const given = fuzzCase(seed, number);
  if (requestDigest(given) === request) return given;
  throw new Error(`case ${number} is not the one that was recorded: run npm run test:fuzz -- --record`);
}

/** Tells rows apart; equal ones have the same. */
export function rowDigest(row: TableRow): string {
  return digest(rowKey(row));
}

function requestDigest({ request: { body, ...head } }: FuzzCase): string {
  return digest(JSON.stringify(head), body);
}

function digest(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}
