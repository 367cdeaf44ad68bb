import { type Attributes, type Context, createContextKey, type Span } from '@opentelemetry/api';

// Attributes that are known to be good: constants of a table, texts and numbers by their type. The SDK looks at each value for cycles,
// with a WeakSet of its own, which cost more than all else about an attribute.

/** Sets attributes of a span of the SDK's, all at once. */
export function setKnownAttributes(span: Span, attributes: Attributes): void {
  Object.assign(attributesOf(span), attributes);
}

/** Sets one attribute of a span of the SDK's. */
export function setKnownAttribute(span: Span, key: string, value: string | number | boolean): void {
  attributesOf(span)[key] = value;
}

function attributesOf(span: Span): Attributes {
  // The spans of the fleet are the SDK's, which keep their attributes in the open; it counts them for limits that are off here.
  return (span as Span & { readonly attributes: Attributes }).attributes;
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
