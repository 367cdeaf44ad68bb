import packageJson from '../package.json' with { type: 'json' };
import { type Config, ConfigError, wantsColour, withdrawOtelVariables } from './config.ts';
import { ControlError, startControl } from './control/start-control.ts';
import { createIncidentLog } from './incident-log/incident-log.ts';
import { planRun } from './shards/plan-run.ts';
import { startRun } from './shards/start-run.ts';
import { LostShardError } from './shards/thread-shard.ts';
import type { Clock, EpochMillis } from './simulation/clock.ts';
import type { Stop } from './stop.ts';
import { lost } from './telemetry/ledger/counts.ts';
import { LedgerError, openLedger } from './telemetry/ledger/ledger.ts';
import { renderLedgerTable } from './telemetry/ledger/ledger-table.ts';
import { createPalette } from './terminal/palette.ts';
import { tellHistory } from './terminal/tell-history.ts';
import { createTerminal } from './terminal/terminal.ts';
import { undoUnfinished } from './undo/undo-unfinished.ts';

/** What a run of the event-generator takes. */
export interface GeneratorOptions {
  readonly config: Config;
  /** The machine's. */
  readonly clock: Clock;
  readonly stop: Stop;
}

/** Runs drops until it is told to stop, or CYCLES of them are over. Returns the exit code: 1 when anything created was lost. */
export async function runGenerator({ config, clock, stop }: GeneratorOptions): Promise<number> {
  const { endpoint, runId, seed, load, shards, shard } = config;
  const colour = wantsColour(process.stdout.isTTY);
  const terminal = createTerminal(clock, process.stdout, process.stderr, colour);
  const control = await startControl(config.control, terminal.warn);
  if (config.simulateFrom === undefined)
    await undoUnfinished({ config, clock, report: terminal.warn, signal: stop.requested });
  const { time, startedAt, history, why } = await planRun(config, clock.now());
  const description = { runId, seed, startedAt, history, endpoint, shard, settings: config.inForce };
  // Until there is something that tells the time, it stands at the start.
  let simulatedAt = (): EpochMillis | undefined => history?.from;
  const ledger = await openLedger({
    dataDir: config.dataDir,
    run: description,
    simulatedAt: () => simulatedAt(),
    wallClock: clock,
    report: terminal.warn,
  });
  terminal.runStarted({ runId, seed, load, shards, shard, endpoint, ledgerPath: ledger.path, history, why });
  const ignored = withdrawOtelVariables();
  if (ignored.length > 0)
    terminal.warn(`${ignored.join(', ')}: set, but without effect here; see the README's settings.`);

  const incidents = createIncidentLog({
    store: config.store,
    runId,
    dataDir: config.dataDir,
    clock,
    report: terminal.warn,
  });
  const past =
    history &&
    tellHistory({ history, simulatedAt: () => simulatedAt(), terminal, clock, paint: createPalette(colour) });
  const started = await startRun({
    config,
    version: packageJson.version,
    clock,
    time,
    ledger,
    observer: { ...(past ?? terminal), incidentChanged: incidents.changed },
    report: terminal.warn,
    stop,
  }).catch(async (error: unknown) => {
    await ledger.abandon();
    throw error;
  });
  simulatedAt = () => started.status().simulatedAt;
  control.serve({ description, run: started, ledger, incidents, clock });
  const over = new AbortController();
  const untilOver = AbortSignal.any([over.signal, stop.requested]);
  const following = Promise.resolve(past?.follow(untilOver)).then(() => terminal.follow(started.status, untilOver));
  try {
    await started.over;
  } catch (error) {
    // Not finished: nobody has counted what was under way.
    await ledger.abandon();
    throw error;
  } finally {
    over.abort();
    await following;
    await incidents.close(started.status().simulatedAt ?? clock.now());
  }
  await ledger.finish(lost(ledger.counts) === 0 ? 'complete' : 'incomplete');
  terminal.print(['', ...renderLedgerTable(ledger.counts)]);
  const end = simulatedAt();
  if (history?.goesLive && end !== undefined && end < history.to)
    terminal.print(['', 'Stopped in the middle of its history: what is made of it is deleted at the next start.']);
  return lost(ledger.counts) === 0 ? 0 : 1;
}

/** Says on the error output why there was no run, or why it ended, and returns the exit code: 2 for wrong settings. Throws what is a bug. */
export function explainFailure(error: unknown): number {
  if (error instanceof ConfigError) {
    console.error(error.message);
    return 2;
  }
  if (error instanceof ControlError || error instanceof LedgerError || error instanceof LostShardError) {
    console.error(error.message);
    return 1;
  }
  throw error;
}
