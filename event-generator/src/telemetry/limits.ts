/**
 * No limits on what a span or a log record may carry: the SDK cuts silently at 128 attributes, events or links by
 * default, and whatever the simulation makes shall arrive.
 */
export const UNLIMITED = {
  attributeCountLimit: Number.POSITIVE_INFINITY,
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
  eventCountLimit: Number.POSITIVE_INFINITY,
  linkCountLimit: Number.POSITIVE_INFINITY,
  attributePerEventCountLimit: Number.POSITIVE_INFINITY,
  attributePerLinkCountLimit: Number.POSITIVE_INFINITY,
} as const;
