import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { deepFreeze } from './deep-freeze.ts';
import { readSettings } from './read-settings.ts';
import type { Backfill, IncidentsSetting } from './setting.ts';
import { settingConflicts } from './setting-conflicts.ts';
import { CLICKHOUSE_SETTINGS, CONTROL_CLIENT_SETTINGS, SETTINGS } from './settings.ts';
import type { EpochMillis } from './simulation/clock.ts';

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
  /** Threads that share the part of the run this process has. */
  readonly shards: number;
  /** The part of the run this process has. */
  readonly shard: { readonly index: number; readonly count: number };
  readonly control: ControlConfig;
  readonly runId: string;
  /** Before the first live drop. */
  readonly backfill: Backfill;
  /** Whether somebody said so. */
  readonly asksForBackfill: boolean;
  /** Where a time of the run's own starts, which ends with its last cycle; undefined for a run that is live. */
  readonly simulateFrom: EpochMillis | undefined;
  readonly incidents: IncidentsSetting;
  /** Where what happened is written down; undefined where there is no such place. */
  readonly store: StoreConfig | undefined;
  readonly dataDir: string;
  /** The settings in force as text, by name, for the record; secrets only by name. */
  readonly inForce: Readonly<Record<string, string>>;
}

/** Where the control API listens, and how much it takes. */
export interface ControlConfig {
  readonly host: string;
  /** 0: nowhere. */
  readonly port: number;
  /** What clients must show; undefined: nothing, as only this machine can reach it. */
  readonly token: string | undefined;
  readonly limits: {
    /** Of a head, and of a body. */
    readonly maxRequestBytes: number;
    /** How long a request may take to arrive. */
    readonly requestMillis: number;
    readonly maxConnections: number;
  };
}

/** ClickHouse, and who may write the log of incidents there. */
export interface StoreConfig {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** Where a command finds the control API. */
export interface ControlClientConfig {
  /** As it was written. */
  readonly url: string;
  readonly token: string | undefined;
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
 * Reads the settings; an empty variable is as good as none. `now` and fresh randomness make the run id and the seed where none is given,
 * `instead` stands for what the environment says. Throws a {@link ConfigError} with all that is wrong at once.
 */
export function readConfig(
  now: EpochMillis,
  given: NodeJS.ProcessEnv = process.env,
  instead: Partial<Record<SettingName, string>> = {},
): Config {
  const environment = { ...given, ...instead };
  const { values, inForce, problems } = readSettings(SETTINGS, environment, freshSettings(now));
  problems.push(...settingConflicts(values, environment));
  if (problems.length > 0) throw new ConfigError(problems);
  // Every name of SETTINGS that has a default was parsed by its own schema.
  return deepFreeze({ ...toConfig(values as Values, inForce), asksForBackfill: Boolean(environment.BACKFILL?.trim()) });
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

/** Reads where the control API is, and nothing else. Throws a {@link ConfigError} with all that is wrong at once. */
export function readControlClientConfig(environment: NodeJS.ProcessEnv = process.env): ControlClientConfig {
  const settings = { ...CONTROL_CLIENT_SETTINGS, CONTROL_TOKEN: SETTINGS.CONTROL_TOKEN };
  const { values, problems } = readSettings(settings, environment);
  if (problems.length > 0) throw new ConfigError(problems);
  // Parsed by schemas of text; only the token has no default.
  const { CONTROL_URL: url, CONTROL_TOKEN: token } = values as { CONTROL_URL: string; CONTROL_TOKEN?: string };
  return { url, token };
}

/** Reads where the ledgers are, and nothing else. Throws a {@link ConfigError}. */
export function readDataDir(environment: NodeJS.ProcessEnv = process.env): string {
  const { values, problems } = readSettings({ DATA_DIR: SETTINGS.DATA_DIR }, environment);
  if (problems.length > 0) throw new ConfigError(problems);
  return String(values.DATA_DIR);
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

function toConfig(values: Values, inForce: Record<string, string>): Omit<Config, 'asksForBackfill'> {
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
    shards: values.SHARDS,
    shard: { index: values.SHARD_INDEX, count: values.SHARD_COUNT },
    control: {
      host: values.CONTROL_HOST,
      port: values.CONTROL_PORT,
      token: values.CONTROL_TOKEN,
      limits: {
        maxRequestBytes: values.CONTROL_MAX_REQUEST_BYTES,
        requestMillis: values.CONTROL_REQUEST_SECONDS * 1000,
        maxConnections: values.CONTROL_MAX_CONNECTIONS,
      },
    },
    backfill: values.BACKFILL,
    simulateFrom: values.SIMULATE_FROM,
    incidents: values.INCIDENTS,
    store:
      values.STORE_URL === undefined
        ? undefined
        : { url: values.STORE_URL, user: 'simulator', password: values.STORE_PASSWORD ?? '' },
    dataDir: values.DATA_DIR,
    inForce,
  };
}

/** A seed of its own for each run: the same one would give two runs the same trace ids. */
function freshSettings(now: EpochMillis): Partial<Record<string, string>> {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return { SEED: randomBytes(4).toString('hex'), RUN_ID: `${stamp}-${randomBytes(2).toString('hex')}` };
}
