import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type { PortLimits } from './port-limits.ts';
import { SETTINGS, type Setting } from './settings.ts';

type Values = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** Everything the embedded stack was told. */
export interface Config {
  /** As given, for messages. */
  readonly dataDir: string;
  /** Absolute paths below {@link dataDir}. */
  readonly paths: Paths;
  readonly host: string;
  readonly ports: Ports;
  readonly clickhousePassword: string;
  readonly spoolMaxBytes: number;
  readonly limits: Limits;
  /** Names of this machine, in lower case, besides `localhost` and its addresses. */
  readonly allowedHosts: readonly string[];
  /** `snkrs.run.id` of this run of the event-generator. */
  readonly runId: string;
  /** This process's environment, for the event-generator, which has further settings of its own. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/** What one client may take of the ports of each service. */
export interface Limits {
  readonly otlp: PortLimits;
  readonly hyperdx: PortLimits;
  readonly clickhouse: PortLimits;
}

/** What is where in the data directory. */
export interface Paths {
  readonly dataDir: string;
  readonly clickhouse: string;
  readonly spool: string;
  readonly quarantine: string;
  /** The event-generator's delivery ledgers. */
  readonly runs: string;
}

/** Every port the stack listens on, by the setting that moves it. */
export interface Ports {
  readonly HYPERDX_PORT: number;
  readonly CLICKHOUSE_HTTP_PORT: number;
  readonly CLICKHOUSE_TCP_PORT: number;
  readonly OTLP_GRPC_PORT: number;
  readonly OTLP_HTTP_PORT: number;
}

/** Settings that cannot be used. `problems` has one line for each, with its name, its value and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the settings; an empty variable is as good as none.
 *
 * @throws {ConfigError} all that is wrong, together
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const given = environment[name] || setting.default;
    const parsed = setting.schema.safeParse(given);
    if (parsed.success) values[name] = parsed.data;
    else
      problems.push(`${name}="${shown(name, given)}": expected ${setting.expected}; unset it for ${setting.default}.`);
  }
  problems.push(...samePorts(values));
  if (problems.length > 0) throw new ConfigError(problems);
  // Each name of SETTINGS was parsed by its own schema above.
  return toConfig(values as Values, environment);
}

function toConfig(values: Values, environment: NodeJS.ProcessEnv): Config {
  const { HYPERDX_PORT, CLICKHOUSE_HTTP_PORT, CLICKHOUSE_TCP_PORT, OTLP_GRPC_PORT, OTLP_HTTP_PORT } = values;
  return {
    dataDir: values.DATA_DIR,
    paths: pathsIn(values.DATA_DIR),
    host: values.HOST === 'localhost' ? '127.0.0.1' : values.HOST,
    ports: { HYPERDX_PORT, CLICKHOUSE_HTTP_PORT, CLICKHOUSE_TCP_PORT, OTLP_GRPC_PORT, OTLP_HTTP_PORT },
    clickhousePassword: values.CLICKHOUSE_PASSWORD,
    spoolMaxBytes: values.SPOOL_MAX_BYTES,
    limits: {
      otlp: {
        maxRequestBytes: values.OTLP_MAX_REQUEST_BYTES,
        requestMillis: values.OTLP_REQUEST_SECONDS * 1_000,
        maxConnections: values.OTLP_MAX_CONNECTIONS,
      },
      hyperdx: {
        maxRequestBytes: values.HYPERDX_MAX_REQUEST_BYTES,
        requestMillis: values.HYPERDX_REQUEST_SECONDS * 1_000,
        maxConnections: values.HYPERDX_MAX_CONNECTIONS,
      },
      clickhouse: {
        maxRequestBytes: values.CLICKHOUSE_MAX_REQUEST_BYTES,
        requestMillis: values.CLICKHOUSE_REQUEST_SECONDS * 1_000,
        maxConnections: values.CLICKHOUSE_MAX_CONNECTIONS,
      },
    },
    allowedHosts: values.ALLOWED_HOSTS,
    runId: environment.RUN_ID?.trim() || createRunId(),
    environment: { ...environment },
  };
}

/** Where everything is in a data directory. */
export function pathsIn(dataDir: string): Paths {
  const root = resolve(dataDir);
  return {
    dataDir: root,
    clickhouse: join(root, 'clickhouse'),
    spool: join(root, 'spool'),
    quarantine: join(root, 'quarantine'),
    runs: join(root, 'runs'),
  };
}

/** The data directory alone, for a command that needs nothing else. */
export function readDataDir(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.DATA_DIR || SETTINGS.DATA_DIR.default;
}

function createRunId(): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

/** Passwords end up in no terminal and no log. */
function shown(name: string, value: string): string {
  return name.endsWith('PASSWORD') ? '…' : value;
}

function samePorts(values: Record<string, unknown>): string[] {
  const names = Object.keys(values).filter((name) => name.endsWith('_PORT'));
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => values[other] === values[name]);
    return twin === undefined ? [] : [`${name}="${values[name]}": expected another port than ${twin}, which has it.`];
  });
}
