import { isIP } from 'node:net';
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

const bytes = (fallback: string, description: string) =>
  ({
    schema: size.pipe(z.number().min(1_000)),
    default: fallback,
    description,
    expected: 'a size of at least 1kB, such as 512kB or 16MB',
  }) satisfies Setting<number>;

const wholeNumber = (fallback: string, description: string, { max, unit }: { max: number; unit: string }) =>
  ({
    schema: z
      .string()
      .regex(/^\d{1,7}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(max)),
    default: fallback,
    description,
    expected: `a whole number of ${unit} from 1 to ${max}`,
  }) satisfies Setting<number>;
const seconds = (fallback: string, description: string) =>
  wholeNumber(fallback, description, { max: 3_600, unit: 'seconds' });
const connections = (fallback: string, description: string) =>
  wholeNumber(fallback, description, { max: 65_535, unit: 'connections' });

/** Lower case, as browsers send them. */
const hostNames = z
  .string()
  .regex(/^[a-z0-9.-]+(\s*,\s*[a-z0-9.-]+)*$/i)
  .transform((text) => text.toLowerCase().split(/\s*,\s*/));

/** A segment of the spool is 16 MiB; each signal fills one while others are loaded. */
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
    description: 'Address everything but the control API listens on; 0.0.0.0 lets other machines in',
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
  ALLOWED_HOSTS: {
    schema: z.union([z.literal('none').transform((): string[] => []), hostNames]),
    default: 'none',
    description: 'Further names under which 8080 and 8123 may be visited, with commas between',
    expected: 'host names with commas between, or none',
  },
  OTLP_MAX_REQUEST_BYTES: bytes(
    '16MB',
    'The largest OTLP request, unpacked; in JSON also at most one value for each 20 bytes of it',
  ),
  OTLP_REQUEST_SECONDS: seconds('30', 'How long an OTLP request may take to arrive'),
  OTLP_MAX_CONNECTIONS: connections(
    '512',
    'Connections at 4317, and at 4318; beyond it idle and slow ones are closed for new ones',
  ),
  HYPERDX_MAX_REQUEST_BYTES: bytes('1MB', 'The largest query of the page'),
  HYPERDX_REQUEST_SECONDS: seconds(
    '30',
    'How long a request of the page may take to arrive; its queries may run for 60 s',
  ),
  HYPERDX_MAX_CONNECTIONS: connections('256', 'Connections at 8080; beyond it silent ones are closed, then new ones'),
  CLICKHOUSE_MAX_REQUEST_BYTES: bytes('10GB', 'The largest request at 8123, the data of an INSERT included'),
  CLICKHOUSE_REQUEST_SECONDS: seconds(
    '30',
    'How long a client may take to say what it wants (8123: the head of a request) or who it is (9000); statements may run for ever',
  ),
  CLICKHOUSE_MAX_CONNECTIONS: connections(
    '512',
    'Connections at 8123, and at 9000; beyond it silent ones are closed, then new ones. 128 of those at 8123 reach ClickHouse at a time, others wait in line; meanwhile a body must come at 1 kB a second',
  ),
} satisfies Record<string, Setting>;
