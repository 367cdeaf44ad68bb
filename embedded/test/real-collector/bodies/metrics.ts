import { type Case, FAR, metricCase, POINT, SPAN_ID, START, severalResources, string, TRACE_ID } from './case.ts';
import { ATTRIBUTES, DUPLICATES, nested } from './values.ts';

const identity = { description: 'what it counts é', unit: '{pair}', metadata: [string('not', 'stored')] };
const attributes = [string('k', 'v')];
const exemplars = [
  {
    timeUnixNano: '2000000030500000000',
    asDouble: 1.5,
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    filteredAttributes: [string('e', '1')],
  },
  { timeUnixNano: START, asInt: '-9007199254740993' },
  { timeUnixNano: START, traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) },
];
const point = { ...POINT, attributes };
const points = (...given: object[]) => ({ dataPoints: given.map((more) => ({ ...point, ...more })) });
const buckets = { count: 6, sum: -1.5, min: -3, max: 7, bucketCounts: [1, 2, 3], explicitBounds: [0, 0.5] };
const exponential = {
  count: 9,
  sum: 4.5,
  scale: -10,
  zeroCount: 4,
  zeroThreshold: 0.25,
  positive: { offset: -5, bucketCounts: [1, 300, '9007199254740993'] },
  negative: { offset: 7, bucketCounts: [2] },
  min: -3,
  max: 7,
};

const NUMBERS = [
  {},
  { asInt: 0 },
  { asInt: 42 },
  { asInt: '9007199254740993' },
  { asInt: '9223372036854775807' },
  { asInt: '-9223372036854775808' },
  { asDouble: 0 },
  { asDouble: -0 },
  { asDouble: 0.1 },
  { asDouble: 5e-324 },
  { asDouble: Number.MAX_VALUE },
  { asDouble: Number.NaN },
  { asDouble: Number.POSITIVE_INFINITY },
  { asDouble: Number.NEGATIVE_INFINITY },
];
const TEMPORALITIES = [0, 1, 2, 3];
/** No recorded value. */
const NO_VALUE = { flags: 1 };

/** Metrics of all five types, each body a case. */
export const METRIC_CASES: readonly Case[] = [
  metricCase('gauge', [{ ...identity, gauge: points({ asDouble: -2.5, flags: 2, exemplars }, NO_VALUE) }]),
  metricCase('gauge numbers', [{ gauge: points(...NUMBERS) }]),
  metricCase(
    'sum',
    TEMPORALITIES.flatMap((aggregationTemporality) =>
      [true, false].map((isMonotonic) => ({
        ...identity,
        sum: { ...points({ asInt: 42, exemplars }, NO_VALUE), aggregationTemporality, isMonotonic },
      })),
    ),
  ),
  metricCase('sum numbers', [{ sum: points(...NUMBERS) }]),
  metricCase(
    'histogram',
    TEMPORALITIES.map((aggregationTemporality) => ({
      ...identity,
      histogram: { ...points({ ...buckets, exemplars }, NO_VALUE), aggregationTemporality },
    })),
  ),
  metricCase('histogram options', [
    {
      histogram: points(
        { count: 7 },
        { count: 7, sum: 0 },
        { count: 7, min: 0, max: 0 },
        { count: 1, sum: Number.NaN, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
        { count: 2, sum: 3, bucketCounts: [2] },
        { count: '18446744073709551615', bucketCounts: ['18446744073709551615', 0], explicitBounds: [-0] },
        { count: 3, bucketCounts: [1, 1, 1], explicitBounds: [1e-300, Number.POSITIVE_INFINITY] },
      ),
    },
  ]),
  metricCase(
    'exponential histogram',
    TEMPORALITIES.map((aggregationTemporality) => ({
      ...identity,
      exponentialHistogram: { ...points({ ...exponential, exemplars }, NO_VALUE), aggregationTemporality },
    })),
  ),
  metricCase('exponential histogram options', [
    {
      exponentialHistogram: points(
        { count: 7 },
        { count: 7, zeroCount: 7 },
        { count: 1, positive: {}, negative: {} },
        { count: 1, scale: 20, positive: { offset: 2147483647, bucketCounts: [1] } },
        { count: 1, scale: -2147483648, negative: { offset: -2147483648, bucketCounts: [0, 0, 1] } },
        { count: 3, positive: { bucketCounts: ['18446744073709551615', 0, 128] } },
        { count: 1, sum: Number.NaN },
      ),
    },
  ]),
  metricCase('summary', [
    {
      ...identity,
      summary: points(
        {
          count: 3,
          sum: 4.5,
          flags: 1,
          quantileValues: [{ quantile: 0.5, value: 1.5 }, { quantile: 1, value: -0 }, {}],
        },
        { count: 0 },
        { count: '18446744073709551615', sum: Number.NaN, quantileValues: [{ quantile: 0.99, value: Number.NaN }] },
      ),
    },
  ]),
  metricCase('point attributes', [
    { gauge: points({ attributes: ATTRIBUTES }, { attributes: [] }) },
    { sum: points({ attributes: ATTRIBUTES }) },
    { histogram: points({ attributes: ATTRIBUTES }) },
    { exponentialHistogram: points({ attributes: ATTRIBUTES }) },
    { summary: points({ attributes: ATTRIBUTES }) },
  ]),
  metricCase('exemplar attributes', [
    { gauge: points({ exemplars: [{ filteredAttributes: ATTRIBUTES }, {}] }) },
    { sum: points({ exemplars: [{ filteredAttributes: ATTRIBUTES }] }) },
    { histogram: points({ exemplars: [{ filteredAttributes: ATTRIBUTES }] }) },
    { exponentialHistogram: points({ exemplars: [{ filteredAttributes: ATTRIBUTES }] }) },
  ]),
  metricCase('point with duplicate keys', [{ gauge: points({ attributes: DUPLICATES }) }]),
  metricCase('metric resource and scope attributes', [{ gauge: points({}) }, { summary: points({}) }], {
    resource: { attributes: ATTRIBUTES },
    scope: { attributes: ATTRIBUTES, droppedAttributesCount: 4294967295 },
  }),
  metricCase('point nested five levels deep', [{ gauge: points({ attributes: [{ key: 'k', value: nested(5) }] }) }]),
  metricCase('unnamed metric', [{ name: '', unit: 'unnamed metric', gauge: points({}) }]),
  metricCase('metrics without points', [{ gauge: {} }, { sum: points() }, { gauge: points({ asInt: 1 }) }]),
  metricCase('no point times', [{ gauge: { dataPoints: [{ asInt: 1, exemplars: [{}] }] } }]),
  metricCase('point of 2200', [{ gauge: points({ timeUnixNano: '7258118400000000000' }) }]),
  metricCase('point of 2262', [{ gauge: points({ timeUnixNano: FAR }) }]),
  metricCase('point flags', [{ gauge: points({ flags: 4294967295 }) }]),
  severalResources('metrics of several resources', 'metrics', (nth) => ({
    metrics: [
      { name: 'metrics of several resources', gauge: points({ asInt: nth }) },
      { name: 'metrics of several resources', sum: points({ asInt: nth }, { asInt: -nth }) },
    ],
  })),
  metricCase('metric of no scope', [{ gauge: points({}) }], { resource: { attributes } }),
  metricCase('metric of no resource', [{ gauge: points({}) }], { scope: { name: 'lib' }, scopeSchemaUrl: 's' }),
  metricCase('metric of service 5', [{ gauge: points({}) }], {
    resource: { attributes: [{ key: 'service.name', value: { intValue: 5 } }] },
  }),
  metricCase('exemplar with a short trace id', [{ gauge: points({ exemplars: [{ traceId: SPAN_ID }] }) }]),
  metricCase('exemplar with a long span id', [{ gauge: points({ exemplars: [{ spanId: TRACE_ID }] }) }]),
];

/** A metric whose type is unset, before one that is as it should be. Kept apart, since the real collector gets no further with it. */
export const UNTYPED = metricCase('metric of no type', [{}, { gauge: points({ asInt: 1 }) }]);
