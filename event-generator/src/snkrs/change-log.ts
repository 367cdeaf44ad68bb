import type { Clock, EpochMillis } from '../simulation/clock.ts';
import { integer, pick } from '../simulation/distributions.ts';
import type { Random } from '../simulation/random.ts';
import { drawOccasion, fill, fillAttributes } from './occasion.ts';
import type { Instances } from './platform/instance.ts';
import { logEvent } from './platform/log.ts';
import type { ServiceName } from './services.ts';

/** A change to the platform that harms nobody. */
interface Change {
  readonly service: ServiceName;
  readonly event: 'snkrs.deployment.completed' | 'snkrs.config.changed';
  /** With names of what an {@link Occasion} has. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Rows of it come in every run, so that a change alone gives no incident away. */
const CHANGES: readonly Change[] = [
  deployment('api-gateway', '4.12.0'),
  deployment('auth-service', '2.8.3'),
  deployment('product-service', '3.4.1'),
  deployment('feed-service', '1.9.0'),
  deployment('order-service', '2.3.5'),
  deployment('payment-service', '6.0.2'),
  deployment('notification-service', '1.16.2'),
  config('api-gateway', 'access_log.sample_ratio', '1.0'),
  config('api-gateway', 'session_cookie.max_age', '30m'),
  config('auth-service', 'session.ttl', '30m'),
  config('product-service', 'cdn.image_quality', '82'),
  config('feed-service', 'feed.ranking', 'recent-first'),
  config('inventory-service', 'reconciliation.interval', '30s'),
  config('payment-service', 'receipts.locale_fallback', 'en-US'),
  config('fraud-detection', 'model.revision', 'gbm-{build}'),
  config('order-service', 'allocation.strategy', 'nearest-first'),
  config('notification-service', 'push.collapse_key', 'drop'),
];

/** What changes are logged through. */
export interface ChangeSurroundings {
  readonly clock: Clock;
  readonly instances: Instances;
  /** The cycle's own. */
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Logs one or two harmless changes between `from` and `to`, as they come; what was before now is left out. */
export async function logChanges(
  { clock, instances, random, signal }: ChangeSurroundings,
  from: EpochMillis,
  to: EpochMillis,
): Promise<void> {
  const planned = Array.from({ length: integer(random, 1, 2) }, () => ({
    at: integer(random, from, to - 1),
    change: pick(random, CHANGES),
    occasion: drawOccasion(random),
  }));
  for (const { at, change, occasion } of planned.toSorted((a, b) => a.at - b.at)) {
    if (at < clock.now()) continue;
    await clock.sleep(at - clock.now(), signal);
    if (signal.aborted) return;
    const { service, event, body, attributes } = change;
    const [said, known] = [fill(body, occasion), fillAttributes(attributes, occasion)];
    logEvent(instances.first(service), clock.now(), 'INFO', event, said, known);
  }
}

function deployment(service: ServiceName, version: string): Change {
  return {
    service,
    event: 'snkrs.deployment.completed',
    body: `Deployment of ${service} ${version} completed, build {build}`,
    attributes: { 'snkrs.deployment.version': version, 'snkrs.deployment.build': '{build}' },
  };
}

function config(service: ServiceName, key: string, value: string): Change {
  return {
    service,
    event: 'snkrs.config.changed',
    body: `Configuration reloaded: ${key} is ${value}`,
    attributes: { 'snkrs.config.key': key, 'snkrs.config.value': value },
  };
}
