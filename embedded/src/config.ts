import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** One setting: an environment variable, what it may be, and what it is when nobody says. */
export interface Setting<Value = unknown> {
  /** From the variable's text to its value. */
  readonly schema: z.ZodType<Value, string>;
  /** As one would write it. */
  readonly default: string;
  readonly description: string;
  /** Completes "expected …" when a value is wrong. */
  readonly expected: string;
}

const port = (fallback: string, description: string) =>
  ({
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(65_535)),
    default: fallback,
    description,
    expected: 'a port from 1 to 65535',
  }) satisfies Setting<number>;

const BYTES_OF_UNIT: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const size = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,3})?\s?([kmgt]i?)?b?$/i)
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)\s?(\D*)$/.exec(text.toLowerCase()) ?? [];
    const name = unit && !unit.endsWith('b') ? `${unit}b` : (unit ?? '');
    return Math.round(Number(amount) * (BYTES_OF_UNIT[name] ?? Number.NaN));
  });

/** A segment of the spool is 8 MiB; each signal fills one while others are loaded. */
const SMALLEST_SPOOL_BYTES = 128 * 2 ** 20;

/** Every setting of the embedded stack, in the order people read them. Those of the event-generator are in its own table. */
export const SETTINGS = {
  DATA_DIR: {
    schema: z.string(),
    default: '.data',
    description: 'Directory of everything that is kept: ClickHouse, the spool, the ledgers; `npm run reset` deletes it',
    expected: 'a directory',
  },
  HOST: {
    schema: z.string().refine((text) => text === 'localhost' || isIP(text) !== 0),
    default: '127.0.0.1',
    description: 'Address everything listens on; 0.0.0.0 lets other machines in',
    expected: 'an IP address of this machine, or localhost',
  },
  HYPERDX_PORT: port('8080', 'HyperDX'),
  CLICKHOUSE_HTTP_PORT: port('8123', 'ClickHouse over HTTP'),
  CLICKHOUSE_TCP_PORT: port('9000', "ClickHouse's native protocol"),
  OTLP_GRPC_PORT: port('4317', 'OTLP over gRPC'),
  OTLP_HTTP_PORT: port('4318', 'OTLP over HTTP'),
  CLICKHOUSE_PASSWORD: {
    schema: z.string().min(1).max(256),
    default: 'clickhouse123',
    description: 'Password of the ClickHouse user `admin`',
    expected: '1 to 256 characters',
  },
  SPOOL_MAX_BYTES: {
    schema: size.pipe(z.number().min(SMALLEST_SPOOL_BYTES)),
    default: '2GB',
    description: 'Telemetry acknowledged and not yet stored that may wait on disk; beyond it senders are told to wait',
    expected: 'a size of at least 128MiB, such as 512MB or 2GB',
  },
} satisfies Record<string, Setting>;

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
  /** `snkrs.run.id` of this run of the event-generator. */
  readonly runId: string;
  /** This process's environment, for the event-generator, which has further settings of its own. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
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
