import { join } from 'node:path';
import { type ClickHouseConfig, type Config, readClickHouseConfig, readConfig } from '../config.ts';
import { explainFailure, runGenerator } from '../run-generator.ts';
import { cycleMs as lengthOf } from '../simulation/phase-machine.ts';
import { phaseRows } from '../snkrs/drop-settings.ts';
import { stopAt } from '../stop.ts';
import { keptRuns } from '../telemetry/ledger/kept-runs.ts';
import { RunError } from '../telemetry/ledger/read-ledger.ts';
import { readRun } from '../telemetry/ledger/read-run.ts';
import { renderUndone, renderWaiting } from '../undo/render-undone.ts';
import { undoRun } from '../undo/undo-run.ts';
import { unfinishedRuns } from '../undo/unfinished-runs.ts';
import { occupiedBy } from './backfill/occupied-by.ts';
import { planBackfill } from './backfill/plan-backfill.ts';
import { readRange } from './backfill/read-range.ts';
import { unusedSeed } from './backfill/unused-seed.ts';
import { type ClickHouse, openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { gather } from './verify/gather.ts';
import { isVerified, renderVerdict } from './verify/render.ts';
import { openRunStore } from './verify/stored-rows.ts';

/** How long acknowledged items may take to be stored while not one more is. */
const PATIENCE_MS = 30_000;

/** What the environment says of the run that is live holds for this one, but for these. */
const OWN_SETTINGS = { RUN_ID: '', BACKFILL: '0', CONTROL_PORT: '0', SHARD_INDEX: '0', SHARD_COUNT: '1' } as const;

/** Makes drops of the past, as a run of its own that ends where the telemetry of another begins. Stopped before it is through, it deletes what it has made. */
async function backfill(context: CommandContext): Promise<number> {
  const { words, clock, signal } = context;
  const range = readRange(words, clock.now());
  const clickhouseConfig = readClickHouseConfig();
  const clickhouse = openClickHouse({ config: clickhouseConfig, command: 'backfill', clock });
  try {
    // Fails at once where there is no ClickHouse, or a setting is wrong.
    const lifetimes = await openRunStore(clickhouse, clock, signal).lifetimes();
    const settings = readConfig(clock.now(), undefined, OWN_SETTINGS);
    const directory = join(settings.dataDir, 'runs');
    for (const { runId } of await unfinishedRuns(directory, clock, signal)) {
      console.error(`Run ${runId} ended in the middle of its history: what is stored of it is deleted first.`);
      await takeBack(clickhouse, directory, runId, context);
    }
    const plan = planBackfill({
      now: clock.now(),
      cycleMs: lengthOf(phaseRows(settings)),
      range,
      occupied: await occupiedBy(directory, clock.now),
      lifetimeMs: 1000 * Math.min(...Object.values(lifetimes)),
    });
    if ('why' in plan) throw new UsageError(`${['backfill', ...words].join(' ')}: ${plan.why}`);
    const seed = unusedSeed(settings.seed, await keptRuns(directory, 0));
    if (seed !== settings.seed)
      console.error(
        `A run with SEED=${settings.seed} is there, whose trace ids it would make once more: this one has SEED=${seed}.`,
      );
    const config = readConfig(clock.now(), undefined, {
      ...OWN_SETTINGS,
      SEED: seed,
      SIMULATE_FROM: new Date(plan.from).toISOString(),
      CYCLES: String(plan.cycles),
    });
    return await make(withStore(config, clickhouseConfig), clickhouse, context);
  } finally {
    await clickhouse.close();
  }
}

async function make(config: Config, clickhouse: ClickHouse, context: CommandContext): Promise<number> {
  const { clock, signal } = context;
  const directory = join(config.dataDir, 'runs');
  const failure = await runGenerator({ config, clock, stop: stopAt(signal, clock) }).then(
    () => undefined,
    (error: unknown) => explainFailure(error),
  );
  const run = await readRun(directory, config.runId, clock.now).catch((error: unknown) => {
    if (error instanceof RunError && failure !== undefined) return undefined;
    throw error;
  });
  if (run === undefined) return failure ?? 1;
  const { history } = run;
  if (failure !== undefined || !history || history.reached < history.to) {
    console.error('It was stopped before it was through: what it has made is deleted again.');
    await takeBack(clickhouse, directory, config.runId, context);
    signal.throwIfAborted();
    return failure ?? 1;
  }
  const verification = await gather({
    store: openRunStore(clickhouse, clock, signal),
    directory,
    runId: config.runId,
    clock,
    patienceMs: PATIENCE_MS,
    doublesUpTo: Number.POSITIVE_INFINITY,
    onWaiting: (items) => console.error(`Waiting for ${items.toLocaleString('en-US')} items to be stored.`),
    signal,
  });
  for (const line of ['', ...renderVerdict(verification, directory)]) console.log(line);
  console.log(
    `In HyperDX, choose a time from ${instant(history.from)} to ${instant(history.to)} (UTC). To take it back: just undo ${run.runId}`,
  );
  return isVerified(verification) ? 0 : 1;
}

/** To its end, also after Ctrl-C: another one ends the process, and then the next backfill or `npm start` does it. */
async function takeBack(
  clickhouse: ClickHouse,
  directory: string,
  runId: string,
  { clock }: CommandContext,
): Promise<void> {
  const { signal } = new AbortController();
  const store = openRunStore(clickhouse, clock, signal);
  const run = await readRun(directory, runId, clock.now);
  const onWaiting = (items: number) => console.error(renderWaiting(items));
  const undone = await undoRun({ store, directory, run, clock, onWaiting, signal });
  for (const line of renderUndone(run, undone)) console.error(line);
}

function instant(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** The log of incidents is written as whoever asks for the history, where nobody says who writes it. */
function withStore(config: Config, { url, user, password }: ClickHouseConfig): Config {
  return { ...config, store: config.store ?? { url, user, password } };
}

await runCommand(backfill);
