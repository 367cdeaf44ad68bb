import { readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { EpochMillis } from '../../simulation/clock.ts';
import { SIGNALS } from '../signal.ts';
import { type Counts, createCounts, sumCounts } from './counts.ts';
import { LEDGER_FORMAT, ledgerFileName, type RunState } from './render-ledger.ts';

/** There is no such run, or what lies there cannot be read. The message is one line and says what to do. */
export class RunError extends Error {
  override name = 'RunError';
}

/** A run by the ledgers of all its processes. */
export interface RecordedRun {
  readonly runId: string;
  /** `killed`: its ledger says that it runs, and nobody has written it for a while. */
  readonly state: RunState | 'killed';
  /** Of the first process. */
  readonly startedAt: EpochMillis;
  /** Of the process that wrote last. */
  readonly updatedAt: EpochMillis;
  readonly counts: Counts;
  /** The ledgers of the run that are not there: it ran in several processes, maybe on other machines. */
  readonly missing: readonly string[];
}

/** A running process writes its ledger every few seconds; one older than this is of a process that was killed, or whose disk refuses it. */
const STALE_MS = 15_000;

const count = z.int().min(0);
const tally = z.object({ created: count, sent: count, acknowledged: count, rejected: count, dropped: count });
const signal = tally.extend({ services: z.record(z.string(), tally.extend({ partlyTaken: count })) });
const ledgerSchema = z.object({
  runId: z.string(),
  shard: z.object({ index: count, count: z.int().min(1) }),
  process: z.object({ host: z.string(), pid: z.int().min(1) }),
  state: z.enum(['running', 'complete', 'incomplete']),
  startedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  signals: z.object({ traces: signal, logs: signal, metrics: signal }),
});
type LedgerText = z.output<typeof ledgerSchema>;

/** The id of the run in `directory` whose ledger was written last. Throws a {@link RunError} where there is none. */
export async function newestRunId(directory: string): Promise<string> {
  const names = await ledgerNames(directory);
  const files = await Promise.all(
    names.map(async (name) => ({ name, modified: await modifiedAt(join(directory, name)) })),
  );
  const newest = files.sort((a, b) => b.modified - a.modified)[0];
  if (newest === undefined) {
    throw new RunError(
      `${directory} holds no run: expected the ledger of an event-generator. Start one (npm start, or just up), or set DATA_DIR to where one keeps it.`,
    );
  }
  return (await readLedger(join(directory, newest.name))).runId;
}

/** Reads all ledgers of a run. `now` is the machine's time. Throws a {@link RunError} where there is none. */
export async function readRun(directory: string, runId: string, now: () => EpochMillis): Promise<RecordedRun> {
  const names = (await ledgerNames(directory)).filter((name) => name.startsWith(`${runId}.`));
  const all = await Promise.all(names.map((name) => readLedger(join(directory, name))));
  const ledgers = all.filter((ledger) => ledger.runId === runId);
  const [first] = ledgers;
  if (first === undefined) {
    throw new RunError(
      `Run ${runId} has no ledger in ${directory}: expected the id of a run that has (ls ${directory}).`,
    );
  }
  const states = await Promise.all(
    ledgers.map(async (ledger) => {
      if (ledger.state !== 'running') return ledger.state;
      const age = now() - (await modifiedAt(join(directory, ledgerFileName(ledger))));
      return isGone(ledger) || age > STALE_MS ? 'killed' : 'running';
    }),
  );
  const missing = Array.from({ length: first.shard.count }, (_, index) => ({ index, count: first.shard.count }))
    .filter(({ index }) => ledgers.every(({ shard }) => shard.index !== index))
    .map((shard) => ledgerFileName({ runId, shard }));
  return {
    runId,
    state: stateOf(states),
    startedAt: Math.min(...ledgers.map(({ startedAt }) => Date.parse(startedAt))),
    updatedAt: Math.max(...ledgers.map(({ updatedAt }) => Date.parse(updatedAt))),
    counts: sumCounts(ledgers.map(toCounts)),
    missing,
  };
}

/** Of a process on another machine, or in another container, only its ledger tells. */
function isGone({ process: { host, pid } }: LedgerText): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Of a whole, by its parts: as long as one runs, the whole does. */
function stateOf(states: readonly RecordedRun['state'][]): RecordedRun['state'] {
  const worst = (['running', 'killed', 'incomplete'] as const).find((state) => states.includes(state));
  return worst ?? 'complete';
}

/** By the file system's clock; long ago for a file that was deleted a moment ago. */
async function modifiedAt(path: string): Promise<EpochMillis> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function ledgerNames(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new RunError(
      `${directory} cannot be read (${error.code}): expected DATA_DIR to be a directory this user may read.`,
    );
  });
  return names.filter((name) => name.endsWith('.json'));
}

async function readLedger(path: string): Promise<LedgerText> {
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

function toCounts({ signals }: LedgerText): Counts {
  const counts = createCounts();
  for (const signal of SIGNALS) {
    const { services, ...own } = signals[signal];
    Object.assign(counts[signal], own);
    for (const [service, part] of Object.entries(services)) counts[signal].services.set(service, part);
  }
  return counts;
}
