import { createHash } from 'node:crypto';
import type { Signal } from '../src/telemetry/signal.ts';
import type { OtlpReceiver } from './otlp-receiver.ts';
import { messagesAt } from './protobuf.ts';
import { resourceOf } from './received-spans.ts';

/**
 * Every span, log record or metric of the simulated services that a receiver took, as a hash of its bytes and of those of its resource and
 * scope, sorted: the same list for the same telemetry, however it was cut into requests.
 */
export function receivedItems(receiver: OtlpReceiver, signal: Signal): string[] {
  return receiver.taken
    .filter((taken) => taken.signal === signal)
    .flatMap(({ body }) => messagesAt(body, 1))
    .filter((ofResource) => resourceOf(ofResource).get('service.name') !== 'event-generator')
    .flatMap((ofResource) => {
      const resource = messagesAt(ofResource, 1);
      return messagesAt(ofResource, 2).flatMap((ofScope) => {
        const scope = messagesAt(ofScope, 1);
        return messagesAt(ofScope, 2).map((item) => hashOf([...resource, ...scope, item]));
      });
    })
    .sort();
}

function hashOf(parts: readonly Buffer[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('base64');
}
