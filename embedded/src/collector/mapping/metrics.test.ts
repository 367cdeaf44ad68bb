// Long because it is one table of literals: a row as the exporter writes it for each of the five kinds of metric.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Contract,
  EVERY_KIND,
  EVERY_KIND_STORED,
  KINDS_OF_FORM,
  START,
  startContract,
} from '../../../test/mapping-contract.ts';
import { encodeRequest } from '../../../test/otlp-bodies.ts';
import { insertStatements } from './statements.ts';

const statements = insertStatements('metrics');
let contract: Contract;
before(async () => {
  contract = await startContract();
});
after(() => contract.stop());

const string = (key: string, value: string) => ({ key, value: { stringValue: value } });
const identity = { name: 'm', description: 'what it counts', unit: '{pair}', metadata: [string('not', 'stored')] };
const times = { startTimeUnixNano: START, timeUnixNano: '2000000060999999999' };

const request = (...metrics: object[]) => ({
  resourceMetrics: [
    {
      resource: { attributes: [string('service.name', 'shop')] },
      schemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
      scopeMetrics: [
        {
          scope: { name: 'lib', version: '1.2', attributes: [string('s', '1')], droppedAttributesCount: 2 },
          schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
          metrics,
        },
      ],
    },
  ],
});

const exemplars = [
  {
    timeUnixNano: '2000000030500000000',
    asDouble: 1.5,
    traceId: Buffer.alloc(16, 0xc1),
    spanId: Buffer.alloc(8, 0xd1),
    filteredAttributes: [string('e', '1')],
  },
  { asInt: -3 },
];

/** The columns all five tables share, for a point of {@link request} with {@link identity} and {@link times}. */
const common = {
  ResourceAttributes: { 'service.name': 'shop' },
  ResourceSchemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
  ScopeName: 'lib',
  ScopeVersion: '1.2',
  ScopeAttributes: { s: '1' },
  ScopeDroppedAttrCount: 2,
  ScopeSchemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
  ServiceName: 'shop',
  MetricName: 'm',
  MetricDescription: 'what it counts',
  MetricUnit: '{pair}',
  Attributes: { k: 'v' },
  StartTimeUnix: '2033-05-18 03:33:20',
  TimeUnix: '2033-05-18 03:34:20',
};

const storedExemplars = {
  'Exemplars.FilteredAttributes': [{ e: '1' }, {}],
  'Exemplars.TimeUnix': ['2033-05-18 03:33:50', '1970-01-01 00:00:00'],
  'Exemplars.Value': [1.5, -3],
  'Exemplars.SpanId': ['d1d1d1d1d1d1d1d1', '0000000000000000'],
  'Exemplars.TraceId': ['c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1', '00000000000000000000000000000000'],
};

const noExemplars = {
  'Exemplars.FilteredAttributes': [],
  'Exemplars.TimeUnix': [],
  'Exemplars.Value': [],
  'Exemplars.SpanId': [],
  'Exemplars.TraceId': [],
};

const attributes = [string('k', 'v')];

test('points of a gauge', async () => {
  const dataPoints = [{ ...times, attributes, asDouble: -2.5, flags: 1, exemplars }];
  await contract.store('metrics', request({ ...identity, gauge: { dataPoints } }));
  assert.deepEqual(await contract.rows('otel.otel_metrics_gauge'), [
    { ...common, Value: -2.5, Flags: 1, ...storedExemplars },
  ]);
});

test('points of a sum', async () => {
  const dataPoints = [{ ...times, attributes, asInt: 42, exemplars }];
  await contract.store(
    'metrics',
    request({ ...identity, sum: { dataPoints, aggregationTemporality: 2, isMonotonic: true } }),
  );
  assert.deepEqual(await contract.rows('otel.otel_metrics_sum'), [
    { ...common, Value: 42, Flags: 0, ...storedExemplars, AggregationTemporality: 2, IsMonotonic: true },
  ]);
});

test('points of a histogram', async () => {
  const whole = { count: 6, sum: -1.5, min: -3, max: 7, bucketCounts: [1, 2, 3], explicitBounds: [0, 0.5], flags: 1 };
  const dataPoints = [
    { ...times, attributes, ...whole, exemplars },
    { ...times, attributes, count: 7 },
  ];
  await contract.store('metrics', request({ ...identity, histogram: { dataPoints, aggregationTemporality: 1 } }));
  assert.deepEqual(await contract.rows('otel.otel_metrics_histogram'), [
    {
      ...common,
      Count: '6',
      Sum: -1.5,
      BucketCounts: ['1', '2', '3'],
      ExplicitBounds: [0, 0.5],
      ...storedExemplars,
      Flags: 1,
      Min: -3,
      Max: 7,
      AggregationTemporality: 1,
    },
    {
      ...common,
      Count: '7',
      Sum: 0,
      BucketCounts: [],
      ExplicitBounds: [],
      ...noExemplars,
      Flags: 0,
      Min: 0,
      Max: 0,
      AggregationTemporality: 1,
    },
  ]);
});

test('points of an exponential histogram', async () => {
  const dataPoints = [
    {
      ...times,
      attributes,
      count: 6,
      sum: 4.5,
      scale: -10,
      zeroCount: 4,
      zeroThreshold: 0.25,
      positive: { offset: -5, bucketCounts: [1, 300, '18446744073709551615'] },
      negative: { offset: 7, bucketCounts: [2] },
      min: -3,
      max: 7,
      exemplars,
      flags: 1,
    },
    { ...times, attributes, count: 7 },
  ];
  await contract.store(
    'metrics',
    request({ ...identity, exponentialHistogram: { dataPoints, aggregationTemporality: 2 } }),
  );
  assert.deepEqual(await contract.rows('otel.otel_metrics_exponential_histogram'), [
    {
      ...common,
      Count: '6',
      Sum: 4.5,
      Scale: -10,
      ZeroCount: '4',
      PositiveOffset: -5,
      PositiveBucketCounts: ['1', '300', '18446744073709551615'],
      NegativeOffset: 7,
      NegativeBucketCounts: ['2'],
      ...storedExemplars,
      Flags: 1,
      Min: -3,
      Max: 7,
      AggregationTemporality: 2,
    },
    {
      ...common,
      Count: '7',
      Sum: 0,
      Scale: 0,
      ZeroCount: '0',
      PositiveOffset: 0,
      PositiveBucketCounts: [],
      NegativeOffset: 0,
      NegativeBucketCounts: [],
      ...noExemplars,
      Flags: 0,
      Min: 0,
      Max: 0,
      AggregationTemporality: 2,
    },
  ]);
});

test('points of a summary', async () => {
  const quantileValues = [{ quantile: 0.5, value: 1.5 }, { quantile: 1, value: -0 }, {}];
  const dataPoints = [{ ...times, attributes, count: 3, sum: 4.5, quantileValues, flags: 1 }];
  await contract.store('metrics', request({ ...identity, summary: { dataPoints } }));
  assert.deepEqual(await contract.rows('otel.otel_metrics_summary'), [
    {
      ...common,
      Count: '3',
      Sum: 4.5,
      'ValueAtQuantiles.Quantile': [0.5, 1, 0],
      'ValueAtQuantiles.Value': [1.5, -0, 0],
      Flags: 1,
    },
  ]);
});

test('each kind goes to its own table, a metric without any to none', async () => {
  const dataPoints = [times];
  const metrics = [
    { name: 'untyped' },
    { name: 'g1', gauge: { dataPoints } },
    { name: 's', sum: { dataPoints: [times, times] } },
    { name: 'g2', gauge: { dataPoints } },
    { name: 'g3', gauge: {} },
    { name: 'h', histogram: { dataPoints } },
    { name: 'e', exponentialHistogram: { dataPoints } },
    { name: 'q', summary: { dataPoints } },
  ];
  await contract.store('metrics', request(...metrics), request(...metrics));
  const names = (table: string) => contract.column(`SELECT MetricName FROM otel.otel_metrics_${table} ORDER BY 1`);
  assert.deepEqual(await names('gauge'), ['g1', 'g1', 'g2', 'g2']);
  assert.deepEqual(await names('sum'), ['s', 's', 's', 's']);
  assert.deepEqual(await names('histogram'), ['h', 'h']);
  assert.deepEqual(await names('exponential_histogram'), ['e', 'e']);
  assert.deepEqual(await names('summary'), ['q', 'q']);
});

test('whole numbers, fractions and no value at all', async () => {
  const values: [object, unknown][] = [
    [{ asInt: 0 }, 0],
    [{ asInt: '9007199254740993' }, 9007199254740992],
    [{ asInt: '-9223372036854775808' }, -(2 ** 63)],
    [{ asDouble: -0 }, -0],
    [{ asDouble: 1e-300 }, 1e-300],
    [{ asDouble: Number.NaN }, 'nan'],
    [{ asDouble: Number.NEGATIVE_INFINITY }, '-inf'],
    [{}, 0],
  ];
  const metrics = values.map(([value], index) => ({
    name: `${index}`,
    gauge: { dataPoints: [{ ...times, ...value }] },
  }));
  await contract.store('metrics', request(...metrics));
  const rows = await contract.rows('otel.otel_metrics_gauge');
  assert.deepEqual(
    rows.map(({ Value }) => Value),
    values.map(([, stored]) => stored),
  );
});

test('attributes of every kind, wherever a point has some', async () => {
  const attributes = EVERY_KIND;
  const exemplars = [{ filteredAttributes: attributes }, {}];
  await contract.store('metrics', {
    resourceMetrics: [
      {
        resource: { attributes },
        scopeMetrics: [
          {
            scope: { attributes },
            metrics: [
              { name: 'g', gauge: { dataPoints: [{ ...times, attributes, exemplars }] } },
              { name: 's', sum: { dataPoints: [{ ...times, attributes, exemplars }] } },
              { name: 'h', histogram: { dataPoints: [{ ...times, attributes, exemplars }] } },
              { name: 'e', exponentialHistogram: { dataPoints: [{ ...times, attributes, exemplars }] } },
              { name: 'q', summary: { dataPoints: [{ ...times, attributes }] } },
            ],
          },
        ],
      },
    ],
  });
  for (const { table } of statements) {
    const [row] = await contract.rows(table);
    assert.deepEqual(row?.ResourceAttributes, EVERY_KIND_STORED, table);
    assert.deepEqual(row?.ScopeAttributes, EVERY_KIND_STORED, table);
    assert.deepEqual(row?.Attributes, EVERY_KIND_STORED, table);
    if (table !== 'otel.otel_metrics_summary') {
      assert.deepEqual(row?.['Exemplars.FilteredAttributes'], [EVERY_KIND_STORED, {}], table);
    }
  }
});

test('a body that can not be read leaves nothing behind, and the same INSERT again stores nothing again', async () => {
  await contract.store('metrics');
  const dataPoints = [times];
  const good = encodeRequest('metrics', request({ ...identity, gauge: { dataPoints } }));
  const poisoned = Buffer.concat([good, good.subarray(0, good.length - 2)]);
  for (const statement of statements) await assert.rejects(contract.insert(statement, poisoned), /DB::Exception/);
  assert.deepEqual(await contract.rows('otel.otel_metrics_gauge'), []);
  const token = { insert_deduplication_token: 'metrics-1' };
  for (const statement of [...statements, ...statements]) await contract.insert(statement, good, token, 0);
  assert.deepEqual(await contract.column('SELECT MetricName FROM otel.otel_metrics_gauge'), ['m']);
});

test('every form stores the same', async () => {
  for (const [form, attributes] of KINDS_OF_FORM.entries()) {
    const dataPoints = [{ ...times, attributes, exemplars: [{ filteredAttributes: attributes }] }];
    const body = encodeRequest(
      'metrics',
      request(
        { ...identity, gauge: { dataPoints } },
        { ...identity, sum: { dataPoints } },
        { ...identity, histogram: { dataPoints } },
        { ...identity, exponentialHistogram: { dataPoints } },
        { ...identity, summary: { dataPoints: [{ ...times, attributes }] } },
      ),
    );
    await contract.store('metrics');
    for (const statement of statements) {
      await contract.insert(statement, body);
      await contract.insert(statement, body, {}, form);
      const [full, cheap] = await contract.rows(statement.table);
      assert.deepEqual(cheap, full);
    }
  }
});
