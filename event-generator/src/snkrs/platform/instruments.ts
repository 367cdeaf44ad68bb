import type { Counter } from '@opentelemetry/api';
import {
  METRIC_DB_CLIENT_OPERATION_DURATION,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
  METRIC_RPC_SERVER_CALL_DURATION,
} from '@opentelemetry/semantic-conventions';
import type { SeriesHistogram } from '../../telemetry/metrics/histograms.ts';
import type { ServiceInstance } from '../../telemetry/telemetry.ts';
import { createTally, type Tally } from './tally.ts';

/** What an instance counts and measures as it works. */
export interface Instruments {
  readonly requests: Tally;
  readonly errors: Tally;
  readonly payments: Counter;
  readonly durations: Readonly<Record<'http' | 'rpc' | 'db', SeriesHistogram>>;
}

/** Boundaries in seconds, as the conventions advise for HTTP and RPC servers, and for database clients. */
const SERVER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DATABASE_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** The instruments of one instance. */
export function createInstruments({ meter, createHistogram }: ServiceInstance): Instruments {
  const seconds = (name: string, description: string, boundaries: readonly number[]) =>
    createHistogram(name, { description, unit: 's', boundaries });
  return {
    requests: createTally(meter, 'snkrs.requests', {
      description: 'Requests and messages handled',
      unit: '{request}',
    }),
    errors: createTally(meter, 'snkrs.errors', { description: 'Requests and messages failed', unit: '{error}' }),
    payments: meter.createCounter('snkrs.payments', { description: 'Payments by how they ended', unit: '{payment}' }),
    durations: {
      http: seconds(METRIC_HTTP_SERVER_REQUEST_DURATION, 'Duration of HTTP server requests', SERVER_SECONDS),
      rpc: seconds(METRIC_RPC_SERVER_CALL_DURATION, 'Duration of inbound RPC calls', SERVER_SECONDS),
      db: seconds(METRIC_DB_CLIENT_OPERATION_DURATION, 'Duration of database client operations', DATABASE_SECONDS),
    },
  };
}
