import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { countItems } from '../../src/collector/receiver/framing.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { afterAll, grpcClient, startTestCollector, until } from '../collector.ts';
import type { Case } from './bodies/case.ts';
import { LOG_CASES } from './bodies/logs.ts';
import { METRIC_CASES } from './bodies/metrics.ts';
import { TRACE_CASES } from './bodies/traces.ts';
import { WIRE_CASES } from './bodies/wire.ts';
import { canBuild } from './build.ts';
import { type Difference, REASONS } from './differences.ts';
import { differencesOf } from './differing.ts';
import { startRealCollector } from './real-collector.ts';
import { recordDrop } from './recorded-drop.ts';
import { compareTables, countRows, emptyTables, keepAsReal, prepareTables } from './tables.ts';

const CASES: readonly Case[] = [...TRACE_CASES, ...LOG_CASES, ...METRIC_CASES, ...WIRE_CASES];
const skip = canBuild() ? false : 'the real collector is built with Go, and there is no `go` here: https://go.dev/dl';

/** Requests at a time. */
const IN_FLIGHT = 8;

type Answers = Readonly<Record<string, string>>;

/** The same bodies through the OpenTelemetry Collector and through the embedded one, and then what differs in the tables. */
describe('the embedded collector stores what the OpenTelemetry Collector stores', { skip }, () => {
  const t = afterAll();
  let clickhouse: TestClickHouse;
  before(async () => {
    clickhouse = await startTestClickHouse();
    t.after(() => clickhouse.stop());
    await prepareTables(clickhouse);
  });
  beforeEach(() => emptyTables(clickhouse));

  /** Sends every body and gives back the answers by the bodies' names. */
  async function send(port: number, bodies: readonly Case[]): Promise<Answers> {
    const client = grpcClient(t, port);
    const answers: Record<string, string> = {};
    for (let sent = 0; sent < bodies.length; sent += IN_FLIGHT) {
      const some = bodies.slice(sent, sent + IN_FLIGHT).map(async ({ name, signal, body }) => {
        answers[name] = status[(await client.send(signal, body)).code]!;
      });
      await Promise.all(some);
    }
    return answers;
  }

  /** Waits for the rows of all items, or until no more come: the missing ones are then a difference. */
  async function allStored(bodies: readonly Case[], answers: Answers): Promise<void> {
    const accepted = bodies.filter(({ name }) => answers[name] === 'OK');
    const items = accepted.reduce((sum, { signal, body }) => sum + countItems(signal, body), 0);
    let rows = -1;
    let since = performance.now();
    await until(
      `${items} rows`,
      async () => {
        const now = await countRows(clickhouse);
        if (now !== rows) since = performance.now();
        rows = now;
        return rows === items || performance.now() - since > 5_000;
      },
      120_000,
    );
  }

  async function compare(bodies: readonly Case[]): Promise<Difference[]> {
    const real = await startRealCollector(clickhouse);
    let realAnswers: Answers;
    try {
      realAnswers = await send(real.grpcPort, bodies);
      await allStored(bodies, realAnswers);
    } finally {
      await real[Symbol.asyncDispose]();
    }
    await keepAsReal(clickhouse);
    const embedded = await startTestCollector(t, { clickhouse });
    const answers = await send(embedded.grpcPort, bodies);
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
    const found = await compare(CASES);
    const listed = REASONS.flatMap(({ differences }) => differences);
    assert.deepEqual(found.map(text).sort(), listed.map(text).sort());
  });

  test('a drop, as the event-generator sends it', async () => {
    const recorded = await recordDrop();
    const bodies = recorded.map((body, index) => ({ name: `${index}`, ...body }));
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      const items = recorded
        .filter((body) => body.signal === signal)
        .reduce((n, { body }) => n + countItems(signal, body), 0);
      assert.ok(items > 500, `only ${items} ${signal} recorded`);
    }
    assert.deepEqual(await compare(bodies), []);
  });
});

const text = (difference: Difference) =>
  `${difference.case}, ${difference.in}: real ${difference.real}, embedded ${difference.embedded}`;
