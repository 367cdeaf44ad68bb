import type { Instance } from '../platform/instance.ts';
import type { Cause } from '../platform/scope.ts';
import type { IncidentScope } from './occurrence.ts';

/** Where something happens: whatever of it is known. */
export interface Place {
  readonly instance?: Instance;
  readonly cause?: Cause;
}

/** Whether a place is within a scope. What has a limit does not hold where nothing is known of it. */
export type Reach = (place: Place) => boolean;

/**
 * The reach of a scope in a slice. Which shoppers are among a share of them is up to `id`, so that it is not the same ones
 * each time; work without a shopper, such as a consumer's, is never among them.
 */
export function reachOf(scope: IncidentScope, id: string, slice: number): Reach {
  const limits: Reach[] = [];
  const { service, instance: index, slice: itsSlice = 0, version, region, users } = scope;
  if (service !== undefined) limits.push(({ instance }) => instance?.service === service);
  if (index !== undefined) limits.push(({ instance }) => itsSlice === slice && instance?.index === index);
  if (version !== undefined) limits.push(({ instance }) => instance?.version === version);
  if (region !== undefined) limits.push(({ instance, cause }) => (instance?.region ?? cause?.region) === region);
  if (users !== undefined) {
    const seed = mix([...id].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7));
    limits.push(({ cause }) => cause?.shopper !== undefined && mix(seed ^ cause.shopper) / 2 ** 32 < users);
  }
  return (place) => limits.every((limit) => limit(place));
}

/** MurmurHash3's mixer, to 0 to 2^32 - 1. */
function mix(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
