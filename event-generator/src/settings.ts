import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import {
  backfill,
  incidents,
  instant,
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

/** The largest LOAD, whether it is set at the start or on the way. */
export const MAX_LOAD = 1_000;

/** The longest history: an hour less than telemetry is kept. */
export const MAX_BACKFILL_MS = 71 * 3_600_000;

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
    schema: number(0, MAX_LOAD),
    default: '1',
    description: "Multiplies every phase's workers and nothing else",
    expected: `a number above 0, at most ${MAX_LOAD}`,
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
    schema: wholeNumber(1, 3_600),
    default: '10',
    description: 'How often metrics are collected and sent',
    expected: 'a whole number of seconds from 1 to 3600',
  },
  QUEUE_LIMIT: {
    schema: wholeNumber(2_048, 10_000_000),
    default: '65536',
    description: 'Undelivered spans, and log records, kept in memory before the simulation waits for the collector',
    expected: 'a whole number from 2048 to 10000000',
  },
  SHARDS: {
    schema: wholeNumber(1, 64),
    default: '1',
    description: 'Threads that share the simulation, each with its part of the shoppers, the workers and the pairs',
    expected: 'a whole number from 1 to 64',
  },
  SHARD_INDEX: {
    schema: wholeNumber(0, 63),
    default: '0',
    description: 'Which of the SHARD_COUNT processes of a run this is, counted from 0',
    expected: 'a whole number from 0, below SHARD_COUNT',
  },
  SHARD_COUNT: {
    schema: wholeNumber(1, 64),
    default: '1',
    description:
      'Processes (containers, hosts) that share one run; above 1, SEED and RUN_ID must be given, the same to each',
    expected: 'a whole number from 1 to 64',
  },
  RUN_ID: {
    schema: text.regex(/^[A-Za-z0-9][\w.-]{0,63}$/),
    default: undefined,
    defaultNote: 'another each run',
    description: 'Names the run: snkrs.run.id on everything it sends, and its ledger file',
    expected: '1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit',
  },
  BACKFILL: {
    schema: backfill(MAX_BACKFILL_MS),
    default: '1',
    description: 'History before the first live drop: so many drops, or whole drops for a time (`6h`, `30m`); 0: none',
    expected: 'a number of drops such as 1, or a time of at most 71h such as 6h or 30m',
  },
  SIMULATE_FROM: {
    schema: instant(),
    default: undefined,
    defaultNote: 'live',
    description: 'Runs on a time of its own from this instant, as fast as all is stored; needs CYCLES',
    expected: 'an instant of UTC such as 2026-06-01T10:00:00Z',
  },
  INCIDENTS: {
    schema: incidents(),
    default: 'none',
    description:
      'Trouble with a known cause: `none`, `random`, `each` (one a drop) or `KIND@SECONDS+SECONDS` from the start on',
    expected: 'none, random, each, or KIND@SECONDS+SECONDS, several with commas between',
  },
  STORE_URL: {
    schema: text.refine(isHttpAddress),
    default: undefined,
    defaultNote: 'none',
    description: "ClickHouse's HTTP interface, for the log of incidents",
    expected: 'an http:// or https:// address without user, path or parameters, such as http://localhost:8123',
  },
  STORE_PASSWORD: {
    schema: text.max(256),
    default: undefined,
    defaultNote: 'none',
    description: 'Password of the ClickHouse user `simulator`, who writes that log',
    expected: 'at most 256 characters',
  },
  CONTROL_HOST: {
    schema: text.refine((given) => given === 'localhost' || isIP(given) !== 0),
    default: '127.0.0.1',
    description: 'Address the control API listens on; any but one of this machine alone needs CONTROL_TOKEN',
    expected: 'an IP address of this machine, or localhost',
  },
  CONTROL_PORT: {
    schema: wholeNumber(0, 65_535),
    default: '8081',
    description: 'Port of the control API; 0: none',
    expected: 'a port from 1 to 65535, or 0',
  },
  CONTROL_TOKEN: {
    schema: text.regex(/^[\x21-\x7e]{8,256}$/),
    default: undefined,
    defaultNote: 'none',
    description: 'What clients of the control API must show, as `Authorization: Bearer TOKEN`',
    expected: '8 to 256 letters, digits or signs, without spaces',
  },
  CONTROL_MAX_REQUEST_BYTES: {
    schema: wholeNumber(1_024, 1_000_000),
    default: '16384',
    description: 'The largest request to the control API: its head, and its body',
    expected: 'a whole number of bytes from 1024 to 1000000',
  },
  CONTROL_REQUEST_SECONDS: {
    schema: wholeNumber(1, 3_600),
    default: '10',
    description: 'How long a request to the control API may take to arrive',
    expected: 'a whole number of seconds from 1 to 3600',
  },
  CONTROL_MAX_CONNECTIONS: {
    schema: wholeNumber(1, 65_535),
    default: '64',
    description: 'Connections to the control API; beyond it silent ones are closed, then new ones',
    expected: 'a whole number of connections from 1 to 65535',
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

/** Where the commands (load, status) find the control API. */
export const CONTROL_CLIENT_SETTINGS = {
  CONTROL_URL: {
    schema: text.refine(isHttpAddress),
    default: 'http://localhost:8081',
    description: "The event-generator's control API",
    expected: 'an http:// or https:// address without user, path or parameters, such as http://localhost:8081',
  },
} as const satisfies Record<string, Setting<string>>;
