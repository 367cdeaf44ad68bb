import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { deepFreeze } from './deep-freeze.ts';
import { readSettings } from './read-settings.ts';
import {
  isEndpoint,
  isHttpAddress,
  number,
  pairs,
  type Setting,
  seconds,
  text,
  wholeNumber,
  workers,
} from './setting.ts';
import type { EpochMillis } from './simulation/clock.ts';

/** Every setting of the event-generator, in the order people read them. */
export const SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: text.refine(isEndpoint),
    default: 'http://localhost:4317',
    description: 'Where spans, logs and metrics go: any OTLP/gRPC endpoint',
    expected: 'an http:// or https:// address with a port and without a path, such as http://localhost:4317',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: text.regex(/^[^=,\s]+=[^,]*(,[^=,\s]+=[^,]*)*$/),
    default: undefined,
    defaultNote: 'none',
    description: 'Headers each export carries, such as an API key: name=value, several with commas between',
    expected: 'name=value, several with commas between',
  },
  OTEL_EXPORTER_OTLP_CERTIFICATE: {
    schema: text.refine(existsSync),
    default: undefined,
    defaultNote: "the system's",
    description: 'File of the certificate (PEM) to trust at an https:// endpoint',
    expected: 'the path of a PEM file that is there',
  },
  OTEL_EXPORTER_OTLP_COMPRESSION: {
    schema: z.enum(['none', 'gzip']),
    default: 'none',
    description: 'How exports are compressed',
    expected: 'none or gzip',
  },
  SEED: {
    schema: text.regex(/^[\w.-]{1,64}$/),
    default: undefined,
    defaultNote: 'another each run',
    description: 'What all chance comes from, ids included; printed at the start',
    expected: '1 to 64 letters, digits, dots, dashes or underscores',
  },
  LOAD: {
    schema: number(0, 1_000),
    default: '1',
    description: "Multiplies every phase's workers and nothing else",
    expected: 'a number above 0, at most 1000',
  },
  CYCLES: {
    schema: wholeNumber(0, 1_000_000),
    default: '0',
    description: 'Stop after so many drops, all delivered; 0: go on for ever',
    expected: 'a whole number from 0 to 1000000',
  },
  PRE_DROP_SECONDS: seconds('60', 'How long PRE_DROP lasts'),
  DROP_LIVE_SECONDS: seconds('90', 'How long DROP_LIVE lasts'),
  POST_DROP_SECONDS: seconds('60', 'How long POST_DROP lasts'),
  PRE_DROP_WORKERS: workers('5', 'PRE_DROP'),
  DROP_LIVE_WORKERS: workers('40', 'DROP_LIVE'),
  POST_DROP_WORKERS: workers('8', 'POST_DROP'),
  INVENTORY_MIN: pairs('300', 'The fewest pairs a drop may have, over all sizes'),
  INVENTORY_MAX: pairs('700', 'The most pairs a drop may have'),
  METRICS_INTERVAL_SECONDS: {
    schema: number(0, 3_600),
    default: '10',
    description: 'How often metrics are collected and sent',
    expected: 'a number of seconds above 0, at most 3600',
  },
  QUEUE_LIMIT: {
    schema: wholeNumber(2_048, 10_000_000),
    default: '65536',
    description: 'Undelivered spans, and log records, kept in memory before the simulation waits for the collector',
    expected: 'a whole number from 2048 to 10000000',
  },
  RUN_ID: {
    schema: text.regex(/^[A-Za-z0-9][\w.-]{0,63}$/),
    default: undefined,
    defaultNote: 'another each run',
    description: 'Names the run: snkrs.run.id on everything it sends, and its ledger file',
    expected: '1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit',
  },
  DATA_DIR: {
    schema: text,
    default: '.data',
    description: 'Directory of everything that is kept: ClickHouse, the spool, the ledgers; `npm run reset` deletes it',
    expected: 'the path of a directory',
  },
} as const satisfies Record<string, Setting>;

/** Where the commands (query, sql, bench) find ClickHouse, in the order people read them. */
export const CLICKHOUSE_SETTINGS = {
  CLICKHOUSE_URL: {
    schema: text.refine(isHttpAddress),
    default: 'http://localhost:8123',
    description: "ClickHouse's HTTP interface",
    expected: 'an http:// or https:// address without user, path or parameters, such as http://localhost:8123',
  },
  CLICKHOUSE_USER: {
    schema: text.max(256),
    default: 'admin',
    description: 'The ClickHouse user whose rights the statements have',
    expected: 'the name of a user, at most 256 characters',
  },
  CLICKHOUSE_PASSWORD: {
    schema: text.max(256),
    default: 'clickhouse123',
    description: 'Password of that user',
    expected: 'at most 256 characters',
  },
} as const satisfies Record<string, Setting<string>>;

type SettingName = keyof typeof SETTINGS;

/** The variables the OTLP exporters read for themselves; no other OTEL_* one has a say here. */
const LEFT_TO_EXPORTERS = new Set<string>([
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_CERTIFICATE',
  'OTEL_EXPORTER_OTLP_COMPRESSION',
] satisfies SettingName[]);

type Values = {
  readonly [Name in SettingName]:
    | z.output<(typeof SETTINGS)[Name]['schema']>
    | ((typeof SETTINGS)[Name]['default'] extends string ? never : undefined);
};

/** Everything the event-generator was told. */
export interface Config {
  readonly endpoint: string;
  readonly seed: string;
  readonly load: number;
  /** Drops until the run ends; 0 for no end. */
  readonly cycles: number;
  readonly phases: {
    readonly preDrop: { readonly seconds: number; readonly workers: number };
    readonly dropLive: { readonly seconds: number; readonly workers: number };
    readonly postDrop: { readonly seconds: number; readonly workers: number };
  };
  /** Pairs a drop. */
  readonly inventory: { readonly min: number; readonly max: number };
  readonly metricsIntervalSeconds: number;
  readonly queueLimit: number;
  readonly runId: string;
  readonly dataDir: string;
  /** The settings in force as text, by name, for the record; headers, which carry keys, only by name. */
  readonly inForce: Readonly<Record<string, string>>;
}

/** Where ClickHouse is, and as whom a command asks it. */
export interface ClickHouseConfig {
  /** As it was written. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** Settings that cannot be used. `problems` has one line for each, with its name, its value and what was expected. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the settings; an empty variable is as good as none. `now` and fresh randomness make the run id and the seed where none is given.
 * Throws a {@link ConfigError} with all that is wrong at once.
 */
export function readConfig(now: EpochMillis, environment: NodeJS.ProcessEnv = process.env): Config {
  const { values, inForce, problems } = readSettings(SETTINGS, environment, freshSettings(now));
  problems.push(...contradictions(values));
  if (problems.length > 0) throw new ConfigError(problems);
  // Every name of SETTINGS that has a default was parsed by its own schema.
  return deepFreeze(toConfig(values as Values, inForce));
}

/**
 * Reads where ClickHouse is, and nothing else: a command runs whatever the drop's settings are.
 * Throws a {@link ConfigError} with all that is wrong at once.
 */
export function readClickHouseConfig(environment: NodeJS.ProcessEnv = process.env): ClickHouseConfig {
  const { values, problems } = readSettings(CLICKHOUSE_SETTINGS, environment);
  if (problems.length > 0) throw new ConfigError(problems);
  // Each has a default, and was parsed by its own schema.
  const given = values as Record<keyof typeof CLICKHOUSE_SETTINGS, string>;
  return { url: given.CLICKHOUSE_URL, user: given.CLICKHOUSE_USER, password: given.CLICKHOUSE_PASSWORD };
}

/**
 * Takes the OTEL_* variables that are no settings here out of this process's environment and returns their names. Left there,
 * the SDK would follow them behind our back: switched off by OTEL_SDK_DISABLED, sampled by OTEL_TRACES_SAMPLER,
 * cut short by OTEL_ATTRIBUTE_COUNT_LIMIT, sent elsewhere by OTEL_EXPORTER_OTLP_LOGS_ENDPOINT.
 */
export function withdrawOtelVariables(environment: NodeJS.ProcessEnv = process.env): string[] {
  const names = Object.keys(environment).filter((name) => name.startsWith('OTEL_') && !LEFT_TO_EXPORTERS.has(name));
  for (const name of names) delete environment[name];
  return names.filter((name) => !(name in SETTINGS));
}

/** Colour is for people at a terminal who did not say NO_COLOR (https://no-color.org). */
export function wantsColour(isTerminal: boolean, environment: NodeJS.ProcessEnv = process.env): boolean {
  return isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

function toConfig(values: Values, inForce: Record<string, string>): Config {
  return {
    endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    // Both have fresh values where none is given.
    seed: values.SEED as string,
    runId: values.RUN_ID as string,
    load: values.LOAD,
    cycles: values.CYCLES,
    phases: {
      preDrop: { seconds: values.PRE_DROP_SECONDS, workers: values.PRE_DROP_WORKERS },
      dropLive: { seconds: values.DROP_LIVE_SECONDS, workers: values.DROP_LIVE_WORKERS },
      postDrop: { seconds: values.POST_DROP_SECONDS, workers: values.POST_DROP_WORKERS },
    },
    inventory: { min: values.INVENTORY_MIN, max: values.INVENTORY_MAX },
    metricsIntervalSeconds: values.METRICS_INTERVAL_SECONDS,
    queueLimit: values.QUEUE_LIMIT,
    dataDir: values.DATA_DIR,
    inForce,
  };
}

/** A seed of its own for each run: the same one would give two runs the same trace ids. */
function freshSettings(now: EpochMillis): Partial<Record<string, string>> {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return { SEED: randomBytes(4).toString('hex'), RUN_ID: `${stamp}-${randomBytes(2).toString('hex')}` };
}

function contradictions(values: Record<string, unknown>): string[] {
  const { INVENTORY_MIN: min, INVENTORY_MAX: max } = values;
  if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return [];
  return [`INVENTORY_MIN="${min}": expected at most INVENTORY_MAX, which is ${max}; lower the one or raise the other.`];
}
