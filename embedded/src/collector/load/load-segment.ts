import { readFile } from 'node:fs/promises';
import type { InsertStatement } from '../mapping/statements.ts';
import type { Segment } from '../spool/segment.ts';
import { type SegmentBody, segmentBodies } from '../spool/segment-bodies.ts';
import { openSplits } from '../spool/splits.ts';
import type { Inserter } from './insert.ts';
import { InsertError } from './insert-error.ts';

/** A body that ClickHouse can't store, and what it says about it. */
export interface RefusedBody {
  readonly index: number;
  readonly body: SegmentBody;
  readonly table: string;
  readonly error: InsertError;
}

/** Which errors of ClickHouse send a body into quarantine: those that are always the data's fault, or all that may be. */
export type Blame = (error: InsertError) => boolean;

/**
 * Loads a segment into every table of its signal and returns the bodies that ClickHouse refused; all others are stored, each
 * exactly once, however often this is repeated after a failure.
 *
 * One bad body, or too many large ones, fail the whole INSERT and leave nothing of it behind. The segment is then halved until
 * everything is stored or stands alone. Each half has a token of its own, and what was halved once is never again sent whole,
 * not even by the next run: a repetition meets the same halves.
 *
 * @throws InsertError for any failure the data are not to blame for
 */
export async function loadSegment(
  insert: Inserter,
  statements: readonly InsertStatement[],
  segment: Segment,
  blame: Blame,
  signal: AbortSignal,
): Promise<RefusedBody[]> {
  const refused = new Map<number, RefusedBody>();
  for (const statement of statements) {
    for (const body of await loadTable(insert, statement, segment, blame, signal)) refused.set(body.index, body);
  }
  return [...refused.values()];
}

async function loadTable(
  insert: Inserter,
  statement: InsertStatement,
  segment: Segment,
  blame: Blame,
  signal: AbortSignal,
): Promise<RefusedBody[]> {
  const { id, path, bytes, digests } = segment;
  const { table } = statement;
  const whole = `${id}:${table}`;
  const splits = await openSplits(segment);
  let bodies: SegmentBody[] | undefined;
  const read = async () => (bodies ??= [...segmentBodies((await readFile(path)).subarray(0, bytes))]);
  const offsetOf = async (index: number) => (index === 0 ? 0 : (await read())[index]!.offset);

  const load = async (from: number, to: number): Promise<RefusedBody[]> => {
    const count = to - from;
    const token = count === digests.length ? whole : `${whole}:${from}-${to}`;
    if (!splits.has(token)) {
      const range = { path, start: await offsetOf(from), end: to === digests.length ? bytes : await offsetOf(to) };
      const error = await attempt(insert(statement, token, range, signal), blame);
      if (error === undefined) return [];
      if (count === 1) return [{ index: from, body: (await read())[from]!, table, error }];
      await splits.add(token);
    }
    const middle = (from + to) >> 1;
    return [...(await load(from, middle)), ...(await load(middle, to))];
  };
  return load(0, digests.length);
}

/** Resolves to the error when the data are to blame; throws any other. */
async function attempt(inserted: Promise<void>, blame: Blame): Promise<InsertError | undefined> {
  try {
    await inserted;
    return undefined;
  } catch (error) {
    if (error instanceof InsertError && blame(error)) return error;
    throw error;
  }
}
