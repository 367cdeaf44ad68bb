import packageJson from '../package.json' with { type: 'json' };
import { type Config, ConfigError, readConfig, wantsColour, withdrawOtelVariables } from './config.ts';
import { createRandom } from './simulation/random.ts';
import { createRealClock } from './simulation/real-clock.ts';
import { createDrop } from './snkrs/drop.ts';
import { SERVICES } from './snkrs/services.ts';
import { listenForStop } from './stop.ts';
import { aborted } from './telemetry/aborted.ts';
import { createTelemetry } from './telemetry/create-telemetry.ts';
import { lost } from './telemetry/ledger/counts.ts';
import { LedgerError, openLedger } from './telemetry/ledger/ledger.ts';
import { renderLedgerTable } from './telemetry/ledger/ledger-table.ts';
import { createTerminal } from './terminal/terminal.ts';

const clock = createRealClock();

/** Runs drops until it is told to stop, or CYCLES of them are over. Returns the exit code: 1 when anything created was lost. */
async function run(config: Config): Promise<number> {
  const { endpoint, runId, seed, load } = config;
  const stop = listenForStop(clock);
  const terminal = createTerminal(clock, process.stdout, process.stderr, wantsColour(process.stdout.isTTY));
  const ledger = await openLedger({
    dataDir: config.dataDir,
    run: { runId, seed, startedAt: clock.now(), endpoint, settings: config.inForce },
    wallClock: clock,
    report: terminal.warn,
  });
  terminal.runStarted({ runId, seed, load, endpoint, ledgerPath: ledger.path });
  const ignored = withdrawOtelVariables();
  if (ignored.length > 0)
    terminal.warn(`${ignored.join(', ')}: set, but without effect here; see the README's settings.`);

  const random = createRandom(seed);
  const telemetry = createTelemetry({
    endpoint,
    runId,
    version: packageJson.version,
    services: SERVICES,
    clock,
    wallClock: clock,
    random: random.fork('telemetry'),
    account: ledger.account(),
    queueLimit: config.queueLimit,
    metricsIntervalMs: config.metricsIntervalSeconds * 1000,
    report: terminal.warn,
  });
  stop.requested.addEventListener('abort', telemetry.stopWaiting);

  const drop = createDrop({
    clock,
    random: random.fork('drop'),
    telemetry,
    settings: config,
    observer: terminal,
  });
  const over = new AbortController();
  const status = () => ({ ...drop.status(), waiting: telemetry.waitingWorkers });
  const following = terminal.follow(
    status,
    () => telemetry.counts.traces.created,
    AbortSignal.any([over.signal, stop.requested]),
  );
  try {
    await Promise.race([drop.run(stop.requested), aborted(stop.overdue)]);
  } finally {
    over.abort();
    await following;
    await telemetry.close(stop.overdue);
    await ledger.finish(lost(ledger.counts) === 0 ? 'complete' : 'incomplete');
  }
  terminal.print(['', ...renderLedgerTable(ledger.counts)]);
  return lost(ledger.counts) === 0 ? 0 : 1;
}

try {
  process.exit(await run(readConfig(clock.now())));
} catch (error) {
  if (error instanceof ConfigError) {
    console.error(error.message);
    process.exit(2);
  }
  if (error instanceof LedgerError) {
    console.error(error.message);
    process.exit(1);
  }
  throw error;
}
