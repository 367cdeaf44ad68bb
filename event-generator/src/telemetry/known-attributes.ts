import { type Attributes, type Context, createContextKey, type Span } from '@opentelemetry/api';

// Attributes that are known to be good: constants of a table, texts and numbers by their type. The SDK looks at each value for cycles,
// with a WeakSet of its own, which cost more than all else about an attribute.

/**
 * Sets attributes of a span of the SDK's, all at once. Where they are a span's first, they are remembered as {@link firstKnown}:
 * `attributes` must not change any more.
 */
export function setKnownAttributes(span: Span, attributes: Attributes): void {
  const open = span as OpenSpan;
  if (!isEmpty(open.attributes)) {
    Object.assign(open.attributes, attributes);
    return;
  }
  open[FIRST] = attributes;
  // An object is copied whole several times faster than property by property.
  open.attributes = { ...attributes };
}

/** Sets one attribute of a span of the SDK's. */
export function setKnownAttribute(span: Span, key: string, value: string | number | boolean): void {
  (span as OpenSpan).attributes[key] = value;
}

/** What was set before all else of a span, by {@link setKnownAttributes}: some of it may have been set anew since. */
export function firstKnown(span: object): Attributes | undefined {
  return (span as OpenSpan)[FIRST];
}

const FIRST = Symbol('first known attributes');

/** A span of the fleet's: they are the SDK's, which keep their attributes in the open; it counts them for limits that are off here. */
interface OpenSpan extends Span {
  attributes: Attributes;
  /** Any of them may have been given some. */
  [FIRST]?: Attributes;
}

function isEmpty(attributes: Attributes): boolean {
  for (const _ in attributes) return false;
  return true;
}

const KNOWN = createContextKey('snkrs.known-attributes');

/** The context with attributes for a log record emitted in it: see {@link addKnownAttributes}. */
export function withKnownAttributes(context: Context, attributes: Attributes): Context {
  return context.setValue(KNOWN, attributes);
}

/** Adds to a log record of the SDK's what {@link withKnownAttributes} put into its context. */
export function addKnownAttributes(record: { readonly attributes: object }, context: Context | undefined): void {
  Object.assign(record.attributes, context?.getValue(KNOWN));
}
