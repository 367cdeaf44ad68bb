import { ClickHouseError } from '../clickhouse/error.ts';
import { findLibrary } from '../clickhouse/library.ts';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { HyperdxError } from '../hyperdx/gateway.ts';
import { addressLines } from './addresses.ts';
import { type Claim, claimDataDirectory } from './data-directory.ts';
import { type ControlAddress, readGeneratorSettings } from './generator-settings.ts';
import { ledgersOf } from './ledgers.ts';
import { checkPorts, type Patience } from './ports.ts';
import { watchSignals } from './signals.ts';
import { runStack, type StackResult, type StopCause } from './stack.ts';
import { capitalised, DEATHS } from './supervise.ts';
import { SupervisorError } from './supervisor-error.ts';

/** Wrong settings. */
const EXIT_SETTINGS = 2;
const EXIT_FAILED = 1;
/** As a shell has it for a process ended by SIGINT. */
const EXIT_KILLED = 130;

/** Children of a killed run end by themselves: the event-generator flushes, the collector stores what it can. */
const AFTER_CRASH: Patience = {
  patienceMs: 15_000,
  onWaiting: () => print('The run before this one was killed: waiting until its last processes have ended.'),
};

/** `npm start` from its first line to its last; returns the exit code. */
export async function runEmbedded(): Promise<number> {
  const [stop, kill] = [new AbortController(), new AbortController()];
  watchSignals({
    stop: () => stop.abort(),
    kill: () => {
      print('Killed. What was acknowledged is in the spool and is stored at the next start.');
      kill.abort();
      process.exit(EXIT_KILLED);
    },
  });
  // A closed terminal ends the stack by SIGHUP, in order; that nobody reads any more must not end it before.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let claim: Claim | undefined;
  try {
    const { config, control } = await readSettings();
    claim = await prepare(config, control, stop.signal);
    print(`Starting click-ai in ${config.dataDir}`);
    const onReady = () => print('', ...addressLines(config, control), '  Ctrl-C stops it.', '');
    const onStopping = (cause: StopCause) => print(...stoppingLines(cause, config));
    const result = await runStack({ config, stop: stop.signal, kill: kill.signal, report: print, onReady, onStopping });
    return report(result);
  } catch (error) {
    if (!stop.signal.aborted || error !== stop.signal.reason) return explainFailure(error);
    print('Stopped before everything had started.');
    return 0;
  } finally {
    claim?.release();
  }
}

/** All that is wrong with any setting is told together. */
async function readSettings(): Promise<{ config: Config; control: ControlAddress }> {
  const [config, { problems, control }] = await Promise.all([
    Promise.resolve()
      .then(() => readConfig())
      .catch((error: unknown) => {
        if (error instanceof ConfigError) return error;
        throw error;
      }),
    readGeneratorSettings(),
  ]);
  if (config instanceof ConfigError) throw new ConfigError([...config.problems, ...problems]);
  const all = [...problems, ...samePort(config, control)];
  if (all.length > 0) throw new ConfigError(all);
  return { config, control };
}

function samePort({ ports }: Config, { port }: ControlAddress): string[] {
  const twin = Object.entries(ports).find(([, other]) => other === port)?.[0];
  return twin === undefined ? [] : [`CONTROL_PORT="${port}": expected another port than ${twin}, which has it.`];
}

/** Everything that can be known to fail before anything is started. */
async function prepare(config: Config, control: ControlAddress, stop: AbortSignal): Promise<Claim> {
  findLibrary();
  const claim = await claimDataDirectory(config.dataDir, config.paths);
  try {
    checkRunId(config);
    await checkPorts({ ...config, control }, { ...(claim.afterCrash && AFTER_CRASH), stop });
    stop.throwIfAborted();
    return claim;
  } catch (error) {
    claim.abandon();
    throw error;
  }
}

/** A ledger is one run's: the event-generator would refuse it, after all else had been started. */
function checkRunId(config: Config): void {
  const { runId } = config;
  const [ledger] = ledgersOf(config, runId);
  if (ledger === undefined) return;
  throw new SupervisorError(
    `RUN_ID="${runId}" was used before (${ledger}): set RUN_ID to an id of its own for each run, or leave it unset to get one.`,
  );
}

/** Signals by which a process ends through a fault of its own. */
const CRASH = /^SIG(SEGV|ABRT|BUS|ILL|FPE)/;

const PUT_ASIDE = 'move the segment that could not be loaded, the one named above, out of there.';

function stoppingLines(cause: StopCause, { dataDir }: Config): string[] {
  if (cause.type === 'asked') return ['', 'Stopping: the event-generator flushes, the collector stores what it has.'];
  if (cause.type === 'finished') return ['The event-generator has finished; the collector stores what it has.'];
  const isClickHouse = cause.name === 'ClickHouse';
  // A request may crash the server that reads it, and would again.
  const advice = isClickHouse && CRASH.test(cause.how) ? ` If it crashes then, too, ${PUT_ASIDE}` : '';
  return [
    `${capitalised(cause.name)} died ${DEATHS.many} times within ${DEATHS.withinMs / 1000} s (${cause.how}): stopping the rest. What was acknowledged and is not stored yet stays in ${dataDir}/spool until the next start.${advice}`,
  ];
}

function report({ cause, runs }: StackResult): number {
  for (const { lines } of runs) print('', ...lines);
  const hasFailed = cause.type === 'died' || (cause.type === 'finished' && !cause.ok);
  return !hasFailed && runs.every(({ ok }) => ok) ? 0 : EXIT_FAILED;
}

function explainFailure(error: unknown): number {
  if (error instanceof ConfigError) {
    console.error(error.message);
    return EXIT_SETTINGS;
  }
  const isExpected =
    error instanceof SupervisorError || error instanceof ClickHouseError || error instanceof HyperdxError;
  console.error(isExpected ? error.message : error);
  return EXIT_FAILED;
}

function print(...lines: string[]): void {
  for (const line of lines) console.log(line);
}
