import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { countDataPoints } from '../metrics/retime.ts';
import type { Request } from './batch.ts';

/**
 * `ExportMetricsServiceRequest`s for the metrics of resources, one a service: so the ledger knows whose data points a collector refuses.
 * A request is those of its resources behind each other, which in protobuf is one message with their repeated field joined.
 */
export function createMetricRequests(metrics: readonly ResourceMetrics[]): Request[] {
  const byService = Map.groupBy(metrics, ({ resource }) => String(resource.attributes[ATTR_SERVICE_NAME]));
  return [...byService].map(([service, all]) => ({
    body: Buffer.concat(all.map(serialize)),
    items: new Map([[service, all.reduce((sum, each) => sum + countDataPoints(each), 0)]]),
  }));
}

function serialize(metrics: ResourceMetrics): Uint8Array {
  const bytes = ProtobufMetricsSerializer.serializeRequest(metrics);
  if (bytes === undefined) throw new Error('the metrics of a resource gave no bytes: expected a message');
  return bytes;
}
