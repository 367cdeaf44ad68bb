import {
  ATTR_DB_CLIENT_CONNECTION_POOL_NAME,
  ATTR_DB_CLIENT_CONNECTION_STATE,
  ATTR_MESSAGING_DESTINATION_NAME,
  METRIC_DB_CLIENT_CONNECTION_COUNT,
  METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS,
} from '@opentelemetry/semantic-conventions/incubating';
import { BACKENDS, type BackendRow } from './backends.ts';
import { SIZES } from './catalog.ts';
import type { DropState } from './drop-state.ts';
import type { Instance } from './platform/instance.ts';
import type { Platform } from './platform/platform.ts';
import type { ServiceName } from './services.ts';
import type { TopicName, Topics } from './topics.ts';

/** What the gauges look at when they are read. */
export interface Gauged {
  readonly platform: Platform;
  readonly topics: Topics;
  /** Undefined before the first drop. */
  drop(): DropState | undefined;
  workers(): number;
}

/** Whose topic it is: the service that reads it. */
const READERS: Readonly<Record<TopicName, ServiceName>> = {
  draw_entries: 'draw-service',
  draw_winners: 'notification-service',
  draw_losers: 'notification-service',
  order_created: 'order-service',
};

/** Shows the state of the drop, of the topics and of every connection pool as gauges of the services they belong to. */
export function observeGauges(gauged: Gauged): void {
  observeInventory(gauged);
  observeWorkers(gauged);
  observeTopics(gauged);
  for (const instance of gauged.platform.instances.all) observePools(instance);
}

function observeInventory({ platform, drop }: Gauged): void {
  const { meter } = platform.instances.first('inventory-service');
  const gauge = meter.createObservableGauge('snkrs.inventory', {
    description: 'Pairs left to reserve',
    unit: '{pair}',
  });
  gauge.addCallback((result) => {
    const current = drop();
    if (current === undefined) return;
    for (const { size } of SIZES) {
      result.observe(current.inventory.leftOf(size), { 'snkrs.sku': current.sneaker.sku, 'snkrs.size': size });
    }
  });
}

function observeWorkers({ platform, drop, workers }: Gauged): void {
  const { meter } = platform.instances.first('api-gateway');
  const gauge = meter.createObservableGauge('snkrs.workers', { description: 'Shoppers at work', unit: '{worker}' });
  gauge.addCallback((result) => {
    const current = drop();
    if (current) result.observe(workers(), { 'snkrs.phase': current.phase });
  });
}

function observeTopics({ platform, topics }: Gauged): void {
  for (const [name, reader] of Object.entries(READERS)) {
    // Object.entries forgets that the keys are the topics'.
    const topic = topics[name as TopicName];
    const { meter } = platform.instances.first(reader);
    const gauge = meter.createObservableGauge('snkrs.queue_depth', {
      description: 'Messages not read',
      unit: '{message}',
    });
    gauge.addCallback((result) => result.observe(topic.length, { [ATTR_MESSAGING_DESTINATION_NAME]: name }));
  }
}

function observePools({ meter, backends }: Instance): void {
  for (const [name, backend] of backends) {
    const row: BackendRow = BACKENDS[name];
    if (!row.connectionPool || row.scope === 'shared') continue;
    const pool = { [ATTR_DB_CLIENT_CONNECTION_POOL_NAME]: name };
    const connections = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_COUNT, {
      description: 'Connections by state',
      unit: '{connection}',
    });
    connections.addCallback((result) => {
      result.observe(backend.inUse, { ...pool, [ATTR_DB_CLIENT_CONNECTION_STATE]: 'used' });
      result.observe(row.capacity - backend.inUse, { ...pool, [ATTR_DB_CLIENT_CONNECTION_STATE]: 'idle' });
    });
    const pending = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS, {
      description: 'Requests waiting for a connection',
      unit: '{request}',
    });
    pending.addCallback((result) => result.observe(backend.waiting, pool));
  }
}
