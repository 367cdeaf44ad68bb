import { randomUUID } from 'node:crypto';
import { type Meter, type ObservableResult, ValueType } from '@opentelemetry/api';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import embedded from '../../../package.json' with { type: 'json' };
import { INSTRUMENTS, type Instrument, type Readings } from './instruments.ts';

/** `service.name` of a collector's own metrics, in both ways to run. */
const SERVICE = 'otel-collector';

/** What {@link startOwnMetrics} works with. */
export interface OwnMetricsOptions {
  readonly readings: Readings;
  readonly intervalMillis: number;
  /** Takes an ExportMetricsServiceRequest. */
  readonly store: (body: Uint8Array) => Promise<unknown>;
}

/** The collector's own metrics on their way. */
export interface OwnMetrics {
  /** Stores no reading after this is called; resolves when the one in hand is stored. */
  stop(): Promise<void>;
}

/**
 * Reads the {@link INSTRUMENTS} every so often and stores them like anyone's metrics. A reading that can't be stored is left
 * out: the next one's counters hold what was in it.
 */
export function startOwnMetrics({ readings, intervalMillis, store }: OwnMetricsOptions): OwnMetrics {
  let storing: Promise<unknown> = Promise.resolve();
  let isStopping = false;
  const exporter: PushMetricExporter = {
    export: (metrics, done) => {
      const body = isStopping ? undefined : ProtobufMetricsSerializer.serializeRequest(metrics);
      storing = (body === undefined ? Promise.resolve() : store(body)).catch(() => {});
      // ExportResultCode.SUCCESS, of a package that would be loaded for it alone.
      storing.then(() => done({ code: 0 }));
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const resource = resourceFromAttributes({
    'service.name': SERVICE,
    'service.version': embedded.version,
    'service.instance.id': randomUUID(),
  });
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMillis,
    exportTimeoutMillis: intervalMillis,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter(embedded.name, embedded.version);
  for (const instrument of INSTRUMENTS) observe(meter, instrument, readings);
  return {
    stop: async () => {
      isStopping = true;
      await storing;
      await provider.shutdown();
    },
  };
}

function observe(meter: Meter, instrument: Instrument, readings: Readings): void {
  const { name, kind, unit, description, isInteger } = instrument;
  const options = { unit, description, valueType: isInteger ? ValueType.INT : ValueType.DOUBLE };
  const observable =
    kind === 'counter' ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options);
  observable.addCallback((result: ObservableResult) => {
    for (const { value, attributes = {} } of instrument.read(readings)) result.observe(value, attributes);
  });
}
