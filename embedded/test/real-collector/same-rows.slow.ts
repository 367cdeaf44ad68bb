import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { countItems, FramingError } from '../../src/collector/receiver/framing.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { afterAll, grpcClient, post, startTestCollector, until } from '../collector.ts';
import type { Case } from './bodies/case.ts';
import { jsonBody } from './bodies/json.ts';
import { LOG_CASES } from './bodies/logs.ts';
import { METRIC_CASES, UNTYPED } from './bodies/metrics.ts';
import { TRACE_CASES } from './bodies/traces.ts';
import { WIRE_CASES } from './bodies/wire.ts';
import { GO_MISSING } from './build.ts';
import { type Difference, OF_JSON, OF_PROTOBUF, OF_UNTYPED, type Reason } from './differences.ts';
import { differencesOf } from './differing.ts';
import { startRealCollector } from './real-collector.ts';
import { recordDrop } from './recorded-drop.ts';
import { compareTables, countRows, emptyTables, keepAsReal, prepareTables } from './tables.ts';

const CASES: readonly Case[] = [...TRACE_CASES, ...LOG_CASES, ...METRIC_CASES, ...WIRE_CASES];

/** No more rows are expected when none has come for so long. */
const QUIET_MILLIS = 20_000;
/** Requests at a time. */
const IN_FLIGHT = 8;

/** Sends a body and resolves to the answer. */
type Send = (body: Case) => Promise<string>;
type Transport = (collector: { readonly grpcPort: number; readonly httpPort: number }) => Send;
const ACCEPTED = new Set(['OK', '200']);

const t = afterAll();
const grpc: Transport = ({ grpcPort }) => {
  const client = grpcClient(t, grpcPort);
  return async ({ signal, body }) => status[(await client.send(signal, body)).code]!;
};
const json: Transport =
  ({ httpPort }) =>
  async (given) => {
    const headers = { 'content-type': 'application/json' };
    return String((await post(httpPort, `/v1/${given.signal}`, jsonBody(given), headers)).status);
  };

type Answers = Readonly<Record<string, string>>;

/** The same bodies through the OpenTelemetry Collector and through the embedded one, and then what differs in the tables. */
describe('the embedded collector stores what the OpenTelemetry Collector stores', { skip: GO_MISSING }, () => {
  let clickhouse: TestClickHouse;
  before(async () => {
    clickhouse = await startTestClickHouse();
    t.after(() => clickhouse.stop());
    await prepareTables(clickhouse);
  });
  beforeEach(() => emptyTables(clickhouse));

  /** Sends every body and gives back the answers by the bodies' names. */
  async function answersTo(bodies: readonly Case[], send: Send): Promise<Answers> {
    const answers: Record<string, string> = {};
    for (let sent = 0; sent < bodies.length; sent += IN_FLIGHT) {
      const some = bodies.slice(sent, sent + IN_FLIGHT).map(async (body) => {
        answers[body.name] = await send(body);
      });
      await Promise.all(some);
    }
    return answers;
  }

  /** Waits for the rows of all items, or until no more come: the missing ones are then a difference. */
  async function allStored(bodies: readonly Case[], answers: Answers): Promise<void> {
    const accepted = bodies.filter(({ name }) => ACCEPTED.has(answers[name]!));
    const items = accepted.reduce((sum, body) => sum + itemsOf(body), 0);
    let rows = -1;
    let since = performance.now();
    await until(
      `${items} rows`,
      async () => {
        const now = await countRows(clickhouse);
        if (now !== rows) since = performance.now();
        rows = now;
        return rows === items || performance.now() - since > QUIET_MILLIS;
      },
      120_000,
    );
  }

  async function compare(bodies: readonly Case[], transport: Transport): Promise<Difference[]> {
    const real = await startRealCollector(clickhouse);
    let realAnswers: Answers;
    try {
      realAnswers = await answersTo(bodies, transport(real));
      await allStored(bodies, realAnswers);
    } finally {
      await real[Symbol.asyncDispose]();
    }
    await keepAsReal(clickhouse);
    const embedded = await startTestCollector(t, { clickhouse });
    const answers = await answersTo(bodies, transport(embedded));
    await allStored(bodies, answers);
    await embedded.stop();
    assert.ok((await countRows(clickhouse)) > 0);
    const inAnswers = bodies
      .map(({ name }) => ({ case: name, in: 'answer', real: realAnswers[name]!, embedded: answers[name]! }))
      .filter((difference) => difference.real !== difference.embedded);
    return [...inAnswers, ...differencesOf(await compareTables(clickhouse))];
  }

  test('every signal and kind of value, but for what differences.ts explains', async () => {
    const names = CASES.map(({ name }) => name);
    assert.deepEqual(new Set(names).size, names.length, 'two cases of the same name');
    assertExplained(await compare(CASES, grpc), OF_PROTOBUF);
  });

  test('the same as JSON', async () => {
    assertExplained(await compare([...TRACE_CASES, ...LOG_CASES, ...METRIC_CASES], json), OF_JSON);
  });

  test('the neighbours of a metric whose type is unset, which the real one never stores', async () => {
    assertExplained(await compare([UNTYPED], grpc), OF_UNTYPED);
  });

  test('a drop, as the event-generator sends it', async () => {
    const recorded = await recordDrop();
    const bodies = recorded.map((body, index) => ({ name: `${index}`, ...body }));
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      const items = recorded
        .filter((body) => body.signal === signal)
        .reduce((sum, { body }) => sum + countItems(signal, body), 0);
      assert.ok(items > 500, `only ${items} ${signal} recorded`);
    }
    assert.deepEqual(await compare(bodies, grpc), []);
  });
});

/** Every difference is one of those that are listed, and all of those are found. */
function assertExplained(found: readonly Difference[], reasons: readonly Reason[]): void {
  const text = (difference: Difference) =>
    `${difference.case}, ${difference.in}: real ${difference.real}, embedded ${difference.embedded}`;
  const listed = reasons.flatMap(({ differences }) => differences);
  assert.deepEqual(found.map(text).sort(), listed.map(text).sort());
}

/** How many rows a body should become: none where an id has a wrong length, which JSON's receiver leaves out. */
function itemsOf({ signal, body }: Case): number {
  try {
    return countItems(signal, body);
  } catch (error) {
    if (error instanceof FramingError) return 0;
    throw error;
  }
}
