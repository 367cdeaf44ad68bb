import type { ExportResult } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { convertLegacyOtlpGrpcOptions, createOtlpGrpcExportDelegate } from '@opentelemetry/otlp-grpc-exporter-base';
import {
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import {
  OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_LOG_EXPORTER,
  OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_METRIC_EXPORTER,
  OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_SPAN_EXPORTER,
} from '@opentelemetry/semantic-conventions/incubating';
import { totalOf } from '../ledger/settle.ts';
import type { Request } from './batch.ts';

/** The options of the official exporters that are set here; all else they take from the environment. */
export type ExporterConfig = NonNullable<Parameters<typeof convertLegacyOtlpGrpcOptions>[0]>;

/** What is left of an exporter where its delegate takes requests. */
type RequestExporter<Exporter> = Omit<Exporter, 'export'> & {
  export(request: Request, done: (result: ExportResult) => void): void;
};

/** The official exporter of spans, for those that are serialised already. */
export function createSpanExporter(config: ExporterConfig): RequestExporter<OTLPTraceExporter> {
  const delegate = createOtlpGrpcExportDelegate<Request, unknown>(
    convertLegacyOtlpGrpcOptions(config, 'TRACES'),
    { serializeRequest: bodyOf, deserializeResponse: ProtobufTraceSerializer.deserializeResponse },
    OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_SPAN_EXPORTER,
    { ...TraceExporterMetricsHelper, countItems },
    undefined,
    'TraceExportService',
    '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  );
  return withDelegate(new OTLPTraceExporter(config), delegate);
}

/** The official exporter of log records, likewise. */
export function createLogExporter(config: ExporterConfig): RequestExporter<OTLPLogExporter> {
  const delegate = createOtlpGrpcExportDelegate<Request, unknown>(
    convertLegacyOtlpGrpcOptions(config, 'LOGS'),
    { serializeRequest: bodyOf, deserializeResponse: ProtobufLogsSerializer.deserializeResponse },
    OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_LOG_EXPORTER,
    { ...LogsExporterMetricsHelper, countItems },
    undefined,
    'LogsExportService',
    '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  );
  return withDelegate(new OTLPLogExporter(config), delegate);
}

/** The official exporter of metrics, likewise. */
export function createMetricExporter(config: ExporterConfig): RequestExporter<OTLPMetricExporter> {
  const delegate = createOtlpGrpcExportDelegate<Request, unknown>(
    convertLegacyOtlpGrpcOptions(config, 'METRICS'),
    { serializeRequest: bodyOf, deserializeResponse: ProtobufMetricsSerializer.deserializeResponse },
    OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_METRIC_EXPORTER,
    { ...MetricsExporterMetricsHelper, countItems },
    undefined,
    'MetricsExportService',
    '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  );
  return withDelegate(new OTLPMetricExporter(config), delegate);
}

function bodyOf({ body }: Request): Uint8Array {
  return body;
}

function countItems({ items }: Request): number {
  return totalOf(items);
}

/**
 * The exporters have no option for a serializer, and their delegate, which does all the work, is private to their types. The one
 * exchanged here has not connected yet.
 */
function withDelegate<Exporter extends object>(exporter: Exporter, delegate: object): RequestExporter<Exporter> {
  // `export` hands what it is given on to the delegate.
  return Object.assign(exporter, { _delegate: delegate }) as unknown as RequestExporter<Exporter>;
}
