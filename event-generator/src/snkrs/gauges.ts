import {
  ATTR_DB_CLIENT_CONNECTION_POOL_NAME,
  ATTR_DB_CLIENT_CONNECTION_STATE,
  ATTR_MESSAGING_DESTINATION_NAME,
  METRIC_DB_CLIENT_CONNECTION_COUNT,
  METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS,
  METRIC_PROCESS_MEMORY_USAGE,
} from '@opentelemetry/semantic-conventions/incubating';
import type { Backend } from '../simulation/backend.ts';
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
  const seen = new Set<Backend>();
  for (const instance of gauged.platform.instances.all) {
    observePools(instance, seen);
    observeMemory(instance, gauged.platform);
  }
}

const MIB = 2 ** 20;
/** Memory of an idle instance, and of a request it works on, in MiB. */
const IDLE_MEMORY = 180;
const REQUEST_MEMORY = 0.75;

function observeMemory(instance: Instance, { overlay }: Platform): void {
  const threads = instance.backends.get('threads');
  const gauge = instance.meter.createObservableUpDownCounter(METRIC_PROCESS_MEMORY_USAGE, {
    description: 'Physical memory in use',
    unit: 'By',
  });
  gauge.addCallback((result) => {
    const requests = (threads?.inUse ?? 0) * REQUEST_MEMORY;
    result.observe(Math.round((IDLE_MEMORY + requests + overlay.memory(instance)) * MIB), {});
  });
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

/** Connection pools as the conventions have it, every other backend in the same terms of our own. */
function observePools({ meter, backends }: Instance, seen: Set<Backend>): void {
  const counter = (name: string, description: string, unit: string) =>
    meter.createObservableUpDownCounter(name, { description, unit });
  for (const [name, backend] of backends) {
    // A shared backend is shown by the first instance that works with it.
    if (seen.has(backend)) continue;
    seen.add(backend);
    const row: BackendRow = BACKENDS[name];
    const pool = { [row.connectionPool ? ATTR_DB_CLIENT_CONNECTION_POOL_NAME : 'snkrs.pool.name']: name };
    const [count, pending] = row.connectionPool
      ? [METRIC_DB_CLIENT_CONNECTION_COUNT, METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS]
      : ['snkrs.pool.count', 'snkrs.pool.pending_requests'];
    const state = row.connectionPool ? ATTR_DB_CLIENT_CONNECTION_STATE : 'snkrs.pool.state';
    const unit = row.connectionPool ? '{connection}' : '{slot}';
    counter(count, 'Connections or slots by state', unit).addCallback((result) => {
      result.observe(backend.inUse, { ...pool, [state]: 'used' });
      result.observe(backend.spec.capacity - backend.inUse, { ...pool, [state]: 'idle' });
    });
    counter(pending, 'Requests waiting for a connection or slot', '{request}').addCallback((result) =>
      result.observe(backend.waiting, pool),
    );
  }
}
