import type { Attributes, Span } from '@opentelemetry/api';

/**
 * Sets attributes that are known to be good, constants of a table for one, all at once. `Span.setAttribute` looks at each value for
 * cycles, with a WeakSet of its own: that was a fifth of all a span cost and a sixth of the memory it went through.
 */
export function setKnownAttributes(span: Span, attributes: Attributes): void {
  // The spans of the fleet are the SDK's, which keep their attributes in the open; it counts them for limits that are off here.
  Object.assign((span as Span & { readonly attributes: Attributes }).attributes, attributes);
}
