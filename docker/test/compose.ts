import { execFile, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Why the Docker tests cannot run here, for `test`'s `skip`; false: they can. */
export const noDocker = findCompose() === undefined ? 'no Docker engine answers, or no docker compose' : false;

/** A stack of its own: another project, other ports, short phases. */
export interface ComposeStack {
  readonly project: string;
  readonly ports: Readonly<Record<'hyperdx' | 'clickhouse' | 'clickhouseTcp' | 'grpc' | 'http' | 'control', number>>;
  /** The environment of `docker compose` and of `just` for this stack. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs docker compose and returns what it printed; rejects with its error output when it fails. */
  compose(...words: string[]): Promise<string>;
  docker(...words: string[]): Promise<string>;
  /** The id of a service's container. */
  container(service: string): Promise<string>;
}

/** A stack under `project`, whose six ports begin at `firstPort`. Nothing is started. */
export function createStack(project: string, firstPort: number, settings: Record<string, string>): ComposeStack {
  const ports = {
    hyperdx: firstPort,
    clickhouse: firstPort + 1,
    clickhouseTcp: firstPort + 2,
    grpc: firstPort + 3,
    http: firstPort + 4,
    control: firstPort + 5,
  };
  const environment = {
    ...process.env,
    COMPOSE_PROJECT_NAME: project,
    HYPERDX_PORT: `${ports.hyperdx}`,
    CLICKHOUSE_HTTP_PORT: `${ports.clickhouse}`,
    CLICKHOUSE_TCP_PORT: `${ports.clickhouseTcp}`,
    OTLP_GRPC_PORT: `${ports.grpc}`,
    OTLP_HTTP_PORT: `${ports.http}`,
    CONTROL_PORT: `${ports.control}`,
    BACKFILL: '0',
    ...settings,
  };
  const [command, ...first] = findCompose() ?? ['docker', 'compose'];
  const call = async (program: string, words: string[]) => {
    const { stdout } = await run(program, words, { cwd: ROOT, env: environment, maxBuffer: 2 ** 26 });
    return stdout.trim();
  };
  const compose = (...words: string[]) => call(command!, [...first, '--profile', 'scale', ...words]);
  return {
    project,
    ports,
    environment,
    compose,
    docker: (...words) => call('docker', words),
    container: (service) => compose('ps', '--all', '--quiet', service),
  };
}

/** Runs a recipe of the justfile against the stack; its exit code and what it printed. */
export async function just(stack: ComposeStack, ...words: string[]) {
  const program = `${ROOT}/node_modules/.bin/just`;
  const options = { cwd: ROOT, env: stack.environment, maxBuffer: 2 ** 26 };
  try {
    const { stdout, stderr } = await run(program, words, options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    // promisify(execFile) rejects with the output on the error.
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** Asks until `probe` gives a value; fails with `what` after `seconds`. */
export async function until<T>(what: string, seconds: number, probe: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await sleep(500);
  }
}

/** The words that run Compose here: the plugin, or the program of its own. */
function findCompose(): readonly [string, ...string[]] | undefined {
  const answers = (...[program, ...words]: [string, ...string[]]) =>
    spawnSync(program, words, { stdio: 'ignore', timeout: 20_000 }).status === 0;
  if (!answers('docker', 'version')) return undefined;
  if (answers('docker', 'compose', 'version')) return ['docker', 'compose'];
  return answers('docker-compose', 'version') ? ['docker-compose'] : undefined;
}
