import { readFile } from 'node:fs/promises';
import type { InsertStatement } from '../mapping/statements.ts';
import type { Segment } from '../spool/segment.ts';
import { type SegmentBody, segmentBodies } from '../spool/segment-bodies.ts';
import { type InsertTarget, insertRange } from './insert.ts';
import { InsertError } from './insert-error.ts';

/** A body that ClickHouse can't read, and what it says about it. */
export interface RefusedBody {
  readonly index: number;
  readonly body: SegmentBody;
  readonly table: string;
  readonly reason: string;
}

/** Which errors of ClickHouse send a body into quarantine: those that are always the data's fault, or all that may be. */
export type Blame = (error: InsertError) => boolean;

/**
 * Loads a segment into every table of its signal and returns the bodies that ClickHouse refused; all others are stored, each
 * exactly once, however often this is repeated after a failure.
 *
 * One bad body fails the whole INSERT and leaves nothing of it behind. The segment is then halved until the bad ones stand
 * alone. The halves depend on the segment only, and each has a token of its own: a repetition meets the same ones.
 *
 * @throws InsertError for any failure the data are not to blame for
 */
export async function loadSegment(
  target: InsertTarget,
  statements: readonly InsertStatement[],
  segment: Segment,
  blame: Blame,
  signal: AbortSignal,
): Promise<RefusedBody[]> {
  const refused = new Map<number, RefusedBody>();
  for (const statement of statements) {
    for (const body of await loadTable(target, statement, segment, blame, signal)) refused.set(body.index, body);
  }
  return [...refused.values()];
}

async function loadTable(
  target: InsertTarget,
  statement: InsertStatement,
  segment: Segment,
  blame: Blame,
  signal: AbortSignal,
): Promise<RefusedBody[]> {
  const { path, bytes } = segment;
  const token = `${segment.id}:${statement.table}`;
  const failure = await attempt(insertRange(target, statement, token, { path, start: 0, end: bytes }, signal), blame);
  if (failure === undefined) return [];

  const file = (await readFile(path)).subarray(0, bytes);
  const bodies = [...segmentBodies(file)];
  const halve = async (from: number, to: number, reason: string): Promise<RefusedBody[]> => {
    if (to - from === 1) return [{ index: from, body: bodies[from]!, table: statement.table, reason }];
    const middle = (from + to) >> 1;
    return [...(await part(from, middle)), ...(await part(middle, to))];
  };
  const part = async (from: number, to: number): Promise<RefusedBody[]> => {
    const range = { path, start: bodies[from]!.offset, end: bodies[to]?.offset ?? bytes };
    const partToken = `${token}:${from}-${to}`;
    const error = await attempt(insertRange(target, statement, partToken, range, signal), blame);
    return error === undefined ? [] : halve(from, to, error.message);
  };
  return halve(0, bodies.length, failure.message);
}

/** Resolves to the error when the data are to blame; throws any other. */
async function attempt(insert: Promise<void>, blame: Blame): Promise<InsertError | undefined> {
  try {
    await insert;
    return undefined;
  } catch (error) {
    if (error instanceof InsertError && blame(error)) return error;
    throw error;
  }
}
