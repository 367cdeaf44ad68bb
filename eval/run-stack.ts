import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts } from '../embedded/test/clickhouse.ts';
import { SetError } from './set-error.ts';

const MAIN = join(import.meta.dirname, '../embedded/src/main.ts');
const PORTS = [
  'CLICKHOUSE_HTTP_PORT',
  'CLICKHOUSE_TCP_PORT',
  'OTLP_GRPC_PORT',
  'OTLP_HTTP_PORT',
  'HYPERDX_PORT',
] as const;
const LAST_LINES = 20;

/**
 * Runs the stack without Docker, on free ports, until its event-generator has finished and every row is stored. `show` takes the lines that tell how far
 * it is. Throws a {@link SetError} with its last lines where it fails, or `stop` ends it.
 */
export async function runStack(
  settings: Readonly<Record<string, string>>,
  show: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const free = await freePorts(PORTS.length);
  const ports = Object.fromEntries(PORTS.map((name, index) => [name, String(free[index])]));
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...ports, CONTROL_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGTERM');
  stop.addEventListener('abort', end, { once: true });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (/^history \d|^\S+ history over/.test(line)) show(line);
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
    });
  }
  const code = await ended;
  stop.removeEventListener('abort', end);
  if (stop.aborted)
    throw new SetError('Stopped: the set is not complete. Delete its directory before you make it again.');
  if (code !== 0) throw new SetError(['The telemetry could not be made:', ...last].join('\n'));
}
