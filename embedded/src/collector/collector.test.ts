import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { ROOT_CONTEXT, SeverityNumber, SpanStatusCode, trace } from '@opentelemetry/api';
import * as logsGrpc from '@opentelemetry/exporter-logs-otlp-grpc';
import * as logsJson from '@opentelemetry/exporter-logs-otlp-http';
import * as logsProto from '@opentelemetry/exporter-logs-otlp-proto';
import * as metricsGrpc from '@opentelemetry/exporter-metrics-otlp-grpc';
import * as metricsJson from '@opentelemetry/exporter-metrics-otlp-http';
import * as metricsProto from '@opentelemetry/exporter-metrics-otlp-proto';
import * as tracesGrpc from '@opentelemetry/exporter-trace-otlp-grpc';
import * as tracesJson from '@opentelemetry/exporter-trace-otlp-http';
import * as tracesProto from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { afterAll, startTestCollector, type TestCollector, until } from '../../test/collector.ts';

const file = afterAll();
let clickhouse: TestClickHouse;
let collector: TestCollector;
before(async () => {
  clickhouse = await startTestClickHouse();
  file.after(() => clickhouse.stop());
  collector = await startTestCollector(file, { clickhouse });
});

interface Exporters {
  readonly traces: SpanExporter;
  readonly logs: LogRecordExporter;
  readonly metrics: PushMetricExporter;
}

const none = CompressionAlgorithm.NONE;
const gzip = CompressionAlgorithm.GZIP;

const grpc = (compression: CompressionAlgorithm): Exporters => {
  const config = { url: `http://127.0.0.1:${collector.grpcPort}`, compression };
  return {
    traces: new tracesGrpc.OTLPTraceExporter(config),
    logs: new logsGrpc.OTLPLogExporter(config),
    metrics: new metricsGrpc.OTLPMetricExporter(config),
  };
};
const json = (compression: CompressionAlgorithm): Exporters => {
  const config = (path: string) => ({ url: `http://127.0.0.1:${collector.httpPort}${path}`, compression });
  return {
    traces: new tracesJson.OTLPTraceExporter(config('/v1/traces')),
    logs: new logsJson.OTLPLogExporter(config('/v1/logs')),
    metrics: new metricsJson.OTLPMetricExporter(config('/v1/metrics')),
  };
};
const protobuf = (compression: CompressionAlgorithm): Exporters => {
  const config = (path: string) => ({ url: `http://127.0.0.1:${collector.httpPort}${path}`, compression });
  return {
    traces: new tracesProto.OTLPTraceExporter(config('/v1/traces')),
    logs: new logsProto.OTLPLogExporter(config('/v1/logs')),
    metrics: new metricsProto.OTLPMetricExporter(config('/v1/metrics')),
  };
};

/** 2033-05-18, well inside any TTL. */
const SECONDS = 2_000_000_000;

/** A span with an event and an error, a log record inside it, and a metric of three kinds. */
async function send(service: string, exporters: Exporters): Promise<void> {
  const resource = resourceFromAttributes({ 'service.name': service });
  const tracers = new TracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor({ exporter: exporters.traces })],
  });
  const loggers = new LoggerProvider({
    resource,
    processors: [new SimpleLogRecordProcessor({ exporter: exporters.logs })],
  });
  const reader = new PeriodicExportingMetricReader({ exporter: exporters.metrics, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ resource, readers: [reader] });

  const tracer = tracers.getTracer('contract', '1.0');
  const span = tracer.startSpan(
    'charge',
    { startTime: [SECONDS, 1], attributes: { amount: 42, vip: false } },
    ROOT_CONTEXT,
  );
  span.addEvent('declined', { tries: [1, 2] }, [SECONDS, 2]);
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no money' });
  span.end([SECONDS + 1, 1]);
  loggers.getLogger('contract').emit({
    context: trace.setSpan(ROOT_CONTEXT, span),
    timestamp: [SECONDS, 3],
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    body: 'card declined',
    attributes: { ratio: 0.5 },
  });
  const meter = meters.getMeter('contract');
  meter.createCounter('charges').add(3, { kind: 'card' });
  meter.createGauge('queue').record(-1.5);
  meter.createHistogram('wait', { advice: { explicitBucketBoundaries: [1, 2] } }).record(1.5);
  await Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);
}

async function rows(query: string, service: string): Promise<unknown[]> {
  const result = await clickhouse.admin.query({ query, query_params: { service }, format: 'JSONCompactEachRow' });
  return result.json();
}

const TRACES = `SELECT toString(Timestamp), SpanName, SpanAttributes, Duration, StatusCode, StatusMessage, Events.Name, Events.Attributes
  FROM otel.otel_traces WHERE ServiceName = {service:String}`;
const LOGS = `SELECT toString(Timestamp), SeverityText, Body, LogAttributes,
  SpanId = (SELECT SpanId FROM otel.otel_traces WHERE ServiceName = {service:String})
  FROM otel.otel_logs WHERE ServiceName = {service:String}`;
const SUMS =
  'SELECT MetricName, Value, Attributes, IsMonotonic FROM otel.otel_metrics_sum WHERE ServiceName = {service:String}';
const GAUGES = 'SELECT MetricName, Value FROM otel.otel_metrics_gauge WHERE ServiceName = {service:String}';
const HISTOGRAMS = `SELECT MetricName, Count, Sum, BucketCounts, ExplicitBounds
  FROM otel.otel_metrics_histogram WHERE ServiceName = {service:String}`;

const ways: Readonly<Record<string, () => Exporters>> = {
  grpc: () => grpc(none),
  'grpc-gzip': () => grpc(gzip),
  json: () => json(none),
  'json-gzip': () => json(gzip),
  protobuf: () => protobuf(none),
  'protobuf-gzip': () => protobuf(gzip),
};

suite('what the official exporters send is stored', { concurrency: true }, () => {
  for (const [service, exporters] of Object.entries(ways)) {
    test(service, async () => {
      await send(service, exporters());
      await until('the histogram, last of all', async () => (await rows(HISTOGRAMS, service)).length === 1);
      await until('the log record', async () => (await rows(LOGS, service)).length === 1);
      await until('the span', async () => (await rows(TRACES, service)).length === 1);
      const [timestamp, ...span] = (await rows(TRACES, service))[0] as unknown[];
      assert.equal(timestamp, '2033-05-18 03:33:20.000000001');
      assert.deepEqual(span, [
        'charge',
        { amount: '42', vip: 'false' },
        1_000_000_000,
        'Error',
        'no money',
        ['declined'],
        [{ tries: '[1,2]' }],
      ]);
      assert.deepEqual(await rows(LOGS, service), [
        ['2033-05-18 03:33:20.000000003', 'WARN', 'card declined', { ratio: '0.5' }, 1],
      ]);
      assert.deepEqual(await rows(SUMS, service), [['charges', 3, { kind: 'card' }, true]]);
      assert.deepEqual(await rows(GAUGES, service), [['queue', -1.5]]);
      assert.deepEqual(await rows(HISTOGRAMS, service), [['wait', 1, 1.5, [0, 1, 0], [1, 2]]]);
    });
  }
});

test('what was stored is what was counted', async () => {
  await until('the counts', () => collector.counts().spoolBytes === 0);
  const { traces, logs, metrics } = collector.counts();
  const none = { duplicates: 0, rejected: 0, recovered: 0, quarantined: 0 };
  assert.deepEqual(traces, { ...none, accepted: 6, stored: 6 });
  assert.deepEqual(logs, { ...none, accepted: 6, stored: 6 });
  assert.deepEqual(metrics, { ...none, accepted: 18, stored: 18 });
  assert.deepEqual(collector.lines, []);
});
