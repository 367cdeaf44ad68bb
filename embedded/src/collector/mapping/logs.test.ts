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

const statement = insertStatements('logs')[0]!;
let contract: Contract;
before(async () => {
  contract = await startContract();
});
after(() => contract.stop());

const string = (key: string, value: string) => ({ key, value: { stringValue: value } });
const request = (...logRecords: object[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
/** Records in the order of their event names. */
const stored = (expression: string) => contract.column(`SELECT ${expression} FROM otel.otel_logs ORDER BY EventName`);

test('a log record with everything becomes one row', async () => {
  await contract.store('logs', {
    resourceLogs: [
      {
        resource: { attributes: [string('service.name', 'shop')], droppedAttributesCount: 1 },
        schemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
        scopeLogs: [
          {
            scope: { name: 'lib', version: '1.2', attributes: [string('s', '1')], droppedAttributesCount: 2 },
            schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
            logRecords: [
              {
                timeUnixNano: '2000000000123456789',
                observedTimeUnixNano: '2000000009000000000',
                severityNumber: 17,
                severityText: 'error',
                body: { stringValue: 'card declined' },
                attributes: [string('k', 'v')],
                droppedAttributesCount: 3,
                flags: 1,
                traceId: Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex'),
                spanId: Buffer.from('a1a2a3a4a5a6a7a8', 'hex'),
                eventName: 'payment.declined',
              },
            ],
          },
        ],
      },
    ],
  });
  assert.deepEqual(await contract.rows('otel.otel_logs'), [
    {
      Timestamp: '2033-05-18 03:33:20.123456789',
      TraceId: '0102030405060708090a0b0c0d0e0f10',
      SpanId: 'a1a2a3a4a5a6a7a8',
      TraceFlags: 1,
      SeverityText: 'error',
      SeverityNumber: 17,
      ServiceName: 'shop',
      Body: 'card declined',
      ResourceSchemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
      ResourceAttributes: { 'service.name': 'shop' },
      ScopeSchemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
      ScopeName: 'lib',
      ScopeVersion: '1.2',
      ScopeAttributes: { s: '1' },
      LogAttributes: { k: 'v' },
      EventName: 'payment.declined',
    },
  ]);
});

test('a log record with nothing but its observed time becomes a row too', async () => {
  await contract.store('logs', request({ observedTimeUnixNano: '2000000000000000007' }));
  assert.deepEqual(await contract.rows('otel.otel_logs'), [
    {
      Timestamp: '2033-05-18 03:33:20.000000007',
      TraceId: '',
      SpanId: '',
      TraceFlags: 0,
      SeverityText: '',
      SeverityNumber: 0,
      ServiceName: '',
      Body: '',
      ResourceSchemaUrl: '',
      ResourceAttributes: {},
      ScopeSchemaUrl: '',
      ScopeName: '',
      ScopeVersion: '',
      ScopeAttributes: {},
      LogAttributes: {},
      EventName: '',
    },
  ]);
});

test('attributes of every kind, wherever a log record has some', async () => {
  const attributes = EVERY_KIND;
  await contract.store('logs', {
    resourceLogs: [
      {
        resource: { attributes },
        scopeLogs: [{ scope: { attributes }, logRecords: [{ timeUnixNano: START, attributes }] }],
      },
    ],
  });
  const [row] = await contract.rows('otel.otel_logs');
  assert.deepEqual(row?.ResourceAttributes, EVERY_KIND_STORED);
  assert.deepEqual(row?.ScopeAttributes, EVERY_KIND_STORED);
  assert.deepEqual(row?.LogAttributes, EVERY_KIND_STORED);
});

test('bodies of every kind', async () => {
  await contract.store(
    'logs',
    request(...EVERY_KIND.map(({ key, value }) => ({ timeUnixNano: START, eventName: key, body: value }))),
  );
  assert.deepEqual(Object.fromEntries((await stored('(EventName, Body)')) as [string, string][]), EVERY_KIND_STORED);
});

test('a structured body is JSON with sorted keys', async () => {
  const map = (entries: Record<string, object>) => ({
    kvlistValue: { values: Object.entries(entries).map(([key, value]) => ({ key, value })) },
  });
  const body = map({
    message: { stringValue: 'sold out' },
    cart: map({
      size: { doubleValue: 10.5 },
      items: { arrayValue: { values: [map({ sku: { stringValue: 'air' } })] } },
    }),
  });
  await contract.store('logs', request({ timeUnixNano: START, body }));
  assert.deepEqual(await stored('Body'), ['{"cart":{"items":[{"sku":"air"}],"size":10.5},"message":"sold out"}']);
});

test('trace flags are the low 8 bits, a severity number out of its range too', async () => {
  const record = (eventName: string, flags: number, severityNumber: number) => ({
    timeUnixNano: START,
    eventName,
    flags,
    severityNumber,
  });
  await contract.store('logs', request(record('a', 257, 24), record('b', 0xffffff00, 300), record('c', 255, -1)));
  assert.deepEqual(await stored('(TraceFlags, SeverityNumber)'), [
    [1, 24],
    [0, 44],
    [255, 255],
  ]);
});

test('ids of zeros are no ids', async () => {
  await contract.store('logs', request({ timeUnixNano: START, traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) }));
  assert.deepEqual(await stored('(TraceId, SpanId)'), [['', '']]);
});

test('records find their own resource and scope in requests that follow one another', async () => {
  const resource = (service: string) => ({ attributes: [string('service.name', service)] });
  const record = (eventName: string) => ({ timeUnixNano: START, eventName });
  await contract.store(
    'logs',
    {
      resourceLogs: [
        {
          resource: resource('a'),
          scopeLogs: [
            { scope: { name: 'x', attributes: [string('s', 'x')] }, logRecords: [record('1'), record('2')] },
            { scope: { name: 'y' }, logRecords: [record('3')] },
          ],
        },
        { scopeLogs: [{ logRecords: [record('4')] }] },
      ],
    },
    { resourceLogs: [{ resource: resource('b'), schemaUrl: 'u', scopeLogs: [{ logRecords: [record('5')] }] }] },
  );
  assert.deepEqual(await stored('(EventName, ServiceName, ScopeName, mapValues(ScopeAttributes), ResourceSchemaUrl)'), [
    ['1', 'a', 'x', ['x'], ''],
    ['2', 'a', 'x', ['x'], ''],
    ['3', 'a', 'y', [], ''],
    ['4', '', '', [], ''],
    ['5', 'b', '', [], 'u'],
  ]);
});

test('a body that can not be read leaves nothing behind, and the same INSERT again stores nothing again', async () => {
  await contract.store('logs');
  const good = encodeRequest('logs', request({ timeUnixNano: START, eventName: 'good' }));
  const poisoned = Buffer.concat([good, good.subarray(0, good.length - 2)]);
  const token = { insert_deduplication_token: 'logs-1' };
  await assert.rejects(contract.insert(statement, poisoned, token), /DB::Exception/);
  assert.deepEqual(await stored('EventName'), []);
  await contract.insert(statement, good, token);
  await contract.insert(statement, good, token);
  assert.deepEqual(await stored('EventName'), ['good']);
});

test('every form stores the same', async () => {
  for (const [form, attributes] of KINDS_OF_FORM.entries()) {
    const logRecords = attributes.map(({ value }) => ({ timeUnixNano: START, body: value }));
    const body = encodeRequest('logs', {
      resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { attributes }, logRecords }] }],
    });
    await contract.store('logs');
    await contract.insert(statement, body);
    const full = await contract.rows('otel.otel_logs');
    await contract.store('logs');
    await contract.insert(statement, body, {}, form);
    assert.deepEqual(await contract.rows('otel.otel_logs'), full);
  }
});
