import { readdir, readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { EpochMillis } from '../../simulation/clock.ts';
import { LEDGER_FORMAT } from './render-ledger.ts';

/** There is no such run, or what lies there cannot be read. The message is one line and says what to do. */
export class RunError extends Error {
  override name = 'RunError';
}

const count = z.int().min(0);
const tally = z.object({ created: count, sent: count, acknowledged: count, rejected: count, dropped: count });
const instant = z.iso.datetime();
const signal = tally.extend({ services: z.record(z.string(), tally.extend({ partlyTaken: count })) });
const ledgerSchema = z.object({
  runId: z.string(),
  shard: z.object({ index: count, count: z.int().min(1) }),
  process: z.object({ host: z.string(), pid: z.int().min(1) }),
  state: z.enum(['running', 'complete', 'incomplete', 'undone']),
  startedAt: instant,
  updatedAt: instant,
  // Ledgers of runs before there was history say nothing of it.
  history: z.object({ from: instant, to: instant, goesLive: z.boolean(), reached: instant }).nullish(),
  signals: z.object({ traces: signal, logs: signal, metrics: signal }),
  // Ledgers from before there were milestones are as those of a run of less than an hour.
  milestones: z
    .array(z.object({ at: instant, created: z.object({ traces: count, logs: count, metrics: count }) }))
    .default([]),
  settings: z.record(z.string(), z.string()).default({}),
  // See beginUndo.
  undoBegun: z.boolean().default(false),
});

/** A ledger as it lies in its file. */
export type LedgerText = z.output<typeof ledgerSchema>;

/** By the file system's clock; long ago for a file that was deleted a moment ago. */
export async function modifiedAt(path: string): Promise<EpochMillis> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** The names of the ledgers in `directory`; none where that is not there. Throws a {@link RunError} where it cannot be read. */
export async function ledgerNames(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new RunError(
      `${directory} cannot be read (${error.code}): expected DATA_DIR to be a directory this user may read.`,
    );
  });
  return names.filter((name) => name.endsWith('.json'));
}

/** Reads a ledger. Throws a {@link RunError}. */
export async function readLedger(path: string): Promise<LedgerText> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RunError(`${path} cannot be read (${error.code}): expected a ledger this user may read.`);
  });
  const json = parseJson(text);
  const { format } = z.object({ format: z.unknown() }).safeParse(json).data ?? {};
  if (typeof format === 'number' && format !== LEDGER_FORMAT) {
    throw new RunError(
      `${path} is a ledger of format ${format}: expected format ${LEDGER_FORMAT}. Read it with the version that wrote it.`,
    );
  }
  const ledger = ledgerSchema.safeParse(json);
  if (!ledger.success) throw new RunError(`${path} is no ledger: expected what an event-generator has written.`);
  return ledger.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
