import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { ItemsByService } from '../ledger/settle.ts';
import { countDataPoints } from '../metrics/retime.ts';
import type { Signal } from '../signal.ts';
import type { BatchKind } from './export-queue.ts';

/** Batches that are arrays of single items: spans, log records. */
export function arraysOf<Item extends { readonly resource: Resource }>(signal: Signal): BatchKind<readonly Item[]> {
  return {
    signal,
    // Serialising takes longer than sending: more of them were measured to bring no more throughput.
    concurrency: 2,
    items: itemsByService,
    split: (batch) => {
      if (batch.length < 2) return undefined;
      const middle = batch.length >> 1;
      return [batch.slice(0, middle), batch.slice(middle)];
    },
  };
}

/** Batches that are the metrics of one resource; their items are data points. */
export const RESOURCE_METRICS: BatchKind<ResourceMetrics> = {
  signal: 'metrics',
  // One small request for each resource, whose time is the way there and back.
  concurrency: 8,
  items: (metrics) => new Map([[serviceOf(metrics.resource), countDataPoints(metrics)]]),
  // One resource's metrics are a few hundred points: far from any receiver's limit.
  split: () => undefined,
};

/** A thousand items are of some tens of resources: only those are looked at, not the items' attributes. */
function itemsByService(batch: readonly { readonly resource: Resource }[]): ItemsByService {
  const byResource = new Map<Resource, number>();
  for (const { resource } of batch) byResource.set(resource, (byResource.get(resource) ?? 0) + 1);
  const items = new Map<string, number>();
  for (const [resource, count] of byResource) {
    const service = serviceOf(resource);
    items.set(service, (items.get(service) ?? 0) + count);
  }
  return items;
}

function serviceOf(resource: Resource): string {
  return String(resource.attributes[ATTR_SERVICE_NAME]);
}
