import type { ReceiverCounts, SignalCounts } from '../counts.ts';
import type { Signal } from '../mapping/statements.ts';
import { SIGNALS } from '../signals.ts';
import type { WaitTime } from './wait-time.ts';

/** How a request came in. */
export type Transport = 'grpc' | 'http';

/** What the collector knows of itself. */
export interface Readings {
  readonly counts: Readonly<Record<Signal, SignalCounts>>;
  readonly receivers: Readonly<Record<Transport, Readonly<Record<Signal, ReceiverCounts>>>>;
  /** Bytes that wait for ClickHouse. */
  queueBytes(signal: Signal): number;
  /** The bound of all signals' bytes together. */
  readonly queueMaxBytes: number;
  /** How long the oldest of those bytes have waited. */
  queueSeconds(signal: Signal): number;
  /** How long segments have been on their way into ClickHouse, all together. */
  loadSeconds(signal: Signal): number;
  /** How long requests have waited, all together: to be let in, and then to be on the disk. */
  readonly waits: Readonly<Record<WaitCause, WaitTime>>;
}

/** What a request waits for. */
export type WaitCause = 'memory' | 'disk';

/** One value of an instrument. */
export interface Reading {
  readonly value: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** An instrument that is read when metrics are collected. */
export interface Instrument {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly unit: string;
  readonly description: string;
  readonly isInteger: boolean;
  read(readings: Readings): readonly Reading[];
}

/** How the OpenTelemetry Collector calls what a signal carries. */
const ITEMS: Readonly<Record<Signal, { name: string; unit: string; text: string }>> = {
  traces: { name: 'spans', unit: '{span}', text: 'Spans' },
  logs: { name: 'log_records', unit: '{record}', text: 'Log records' },
  metrics: { name: 'metric_points', unit: '{datapoint}', text: 'Data points' },
};
const WAIT_CAUSES: readonly WaitCause[] = ['memory', 'disk'];
const TRANSPORTS: readonly Transport[] = ['grpc', 'http'];
const EXPORTER = { exporter: 'clickhouse' };

/**
 * The OpenTelemetry Collector's internal telemetry as far as this one has the same to tell: names, units and attributes are its
 * own, so that one dashboard shows either (https://opentelemetry.io/docs/collector/internal-telemetry). The three about waiting have no
 * counterpart there: `otelcol_receiver_wait_time`, `otelcol_exporter_load_time`, `otelcol_exporter_queue_oldest_age`.
 */
export const INSTRUMENTS: readonly Instrument[] = [
  ...SIGNALS.flatMap((signal): Instrument[] => {
    const { name, unit, text } = ITEMS[signal];
    const counter = { kind: 'counter', unit, isInteger: true } as const;
    const ofReceivers = (count: keyof ReceiverCounts) => (readings: Readings) =>
      TRANSPORTS.map((transport) => ({
        value: readings.receivers[transport][signal][count],
        attributes: { receiver: 'otlp', transport },
      }));
    const ofExporter = (count: keyof SignalCounts) => (readings: Readings) => [
      { value: readings.counts[signal][count], attributes: EXPORTER },
    ];
    return [
      {
        ...counter,
        name: `otelcol_receiver_accepted_${name}`,
        description: `${text} acknowledged, a client's repetitions left out.`,
        read: ofReceivers('accepted'),
      },
      {
        ...counter,
        name: `otelcol_receiver_refused_${name}`,
        description: `${text} not taken: the spool was full, or a JSON request's item was invalid.`,
        read: ofReceivers('refused'),
      },
      {
        ...counter,
        name: `otelcol_exporter_sent_${name}`,
        description: `${text} stored in ClickHouse.`,
        read: ofExporter('stored'),
      },
      {
        ...counter,
        name: `otelcol_exporter_send_failed_${name}`,
        description: `${text} of requests that ClickHouse can not store, which are kept in quarantine.`,
        read: ofExporter('quarantined'),
      },
    ];
  }),
  {
    name: 'otelcol_exporter_queue_size',
    kind: 'gauge',
    unit: 'By',
    description: 'Bytes in the spool that wait for ClickHouse.',
    isInteger: true,
    read: ({ queueBytes }) =>
      SIGNALS.map((signal) => ({ value: queueBytes(signal), attributes: { ...EXPORTER, data_type: signal } })),
  },
  {
    name: 'otelcol_exporter_queue_capacity',
    kind: 'gauge',
    unit: 'By',
    description: 'Bytes the spool may hold, of all signals together.',
    isInteger: true,
    read: ({ queueMaxBytes }) =>
      SIGNALS.map((signal) => ({ value: queueMaxBytes, attributes: { ...EXPORTER, data_type: signal } })),
  },
  {
    name: 'otelcol_exporter_queue_oldest_age',
    kind: 'gauge',
    unit: 's',
    description: 'How long the oldest bytes in the spool have waited for ClickHouse.',
    isInteger: false,
    read: ({ queueSeconds }) =>
      SIGNALS.map((signal) => ({ value: queueSeconds(signal), attributes: { ...EXPORTER, data_type: signal } })),
  },
  {
    name: 'otelcol_exporter_load_time',
    kind: 'counter',
    unit: 's',
    description: 'Time that segments were on their way into ClickHouse, all together, repetitions included.',
    isInteger: false,
    read: ({ loadSeconds }) =>
      SIGNALS.map((signal) => ({ value: loadSeconds(signal), attributes: { ...EXPORTER, data_type: signal } })),
  },
  {
    name: 'otelcol_receiver_wait_time',
    kind: 'counter',
    unit: 's',
    description: 'Time that requests have waited, all together, for memory to be read into and then for the disk.',
    isInteger: false,
    read: ({ waits }) =>
      WAIT_CAUSES.map((cause) => ({ value: waits[cause].seconds(), attributes: { receiver: 'otlp', cause } })),
  },
  {
    name: 'otelcol_process_cpu_seconds',
    kind: 'counter',
    unit: 's',
    description: 'CPU time of the process, user and system.',
    isInteger: false,
    read: () => {
      const { user, system } = process.cpuUsage();
      return [{ value: (user + system) / 1e6 }];
    },
  },
  {
    name: 'otelcol_process_memory_rss',
    kind: 'gauge',
    unit: 'By',
    description: 'Physical memory of the process (resident set size).',
    isInteger: true,
    read: () => [{ value: process.memoryUsage.rss() }],
  },
  {
    name: 'otelcol_process_uptime',
    kind: 'counter',
    unit: 's',
    description: 'How long the process has been running.',
    isInteger: false,
    read: () => [{ value: process.uptime() }],
  },
];
