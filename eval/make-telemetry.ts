import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { localAddress } from '../embedded/src/local-address.ts';
import { SetError } from './set-error.ts';
import type { Store } from './with-store.ts';

/** What is to be made. */
export interface TelemetryOptions {
  readonly store: Store;
  readonly runId: string;
  /** Of the event-generator. */
  readonly settings: Readonly<Record<string, string>>;
  /** Takes the lines that tell how far it is. */
  readonly print: (line: string) => void;
  readonly stop: AbortSignal;
}

const GENERATOR = join(import.meta.dirname, '../event-generator/src');
/** How long ClickHouse may take nothing of what the collector still has. */
const PATIENCE_SECONDS = '300';
const LAST_LINES = 20;

/** Runs the event-generator until it has finished and every row is stored. Throws a {@link SetError} where that fails, or `stop` ends it. */
export async function makeTelemetry({ store, runId, settings, print, stop }: TelemetryOptions): Promise<void> {
  const { config, backend } = store;
  const run = (file: string, words: readonly string[], more: NodeJS.ProcessEnv, show: (line: string) => void) =>
    runProcess(join(GENERATOR, file), words, { ...process.env, ...more, DATA_DIR: config.paths.dataDir }, show, stop);
  await run(
    'main.ts',
    [],
    {
      ...settings,
      RUN_ID: runId,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${localAddress(config.host)}:${config.ports.OTLP_GRPC_PORT}`,
      STORE_URL: backend.store.url,
      STORE_PASSWORD: backend.store.password,
      CONTROL_PORT: '0',
    },
    (line) => {
      if (/^history \d|^\S+ history over/.test(line)) print(line);
    },
  );
  print('Storing the rest.');
  const clickhouse = {
    CLICKHOUSE_URL: backend.store.url,
    CLICKHOUSE_USER: 'admin',
    CLICKHOUSE_PASSWORD: config.clickhousePassword,
  };
  const words = [runId, '--summary', '--strict', '--quick', '--wait', PATIENCE_SECONDS];
  await run('commands/verify.ts', words, clickhouse, () => {});
}

async function runProcess(
  file: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  show: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, [file, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGTERM');
  stop.addEventListener('abort', end, { once: true });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      show(line);
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  stop.removeEventListener('abort', end);
  if (stop.aborted)
    throw new SetError('Stopped: the set is not complete. Delete its directory before you make it again.');
  if (code !== 0) throw new SetError(['The telemetry could not be made:', ...last].join('\n'));
}
