import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { type Key, keySchema } from '../event-generator/src/exam/schemas.ts';
import { renderReport } from './render-report.ts';
import { reportOn } from './report.ts';
import { jsonSchemas } from './set-files.ts';

function key(id: string, kind: string, difficulty: number, service: string, operation: string): Key {
  return keySchema.parse({
    id,
    kind,
    difficulty,
    service,
    operation,
    accept: { services: ['order-service'], operations: [] },
    scope: {},
    from: '2026-06-01T10:00:00.000Z',
    to: '2026-06-01T10:01:00.000Z',
    why: '',
    keywords: [],
  });
}

const KEYS = [
  key('p1', 'stripe-brownout', 1, 'payment-service', 'stripe.charge'),
  key('p2', 'stripe-brownout', 1, 'payment-service', 'stripe.charge'),
  key('p3', 'fraud-drift', 2, 'fraud-detection', 'score_check'),
  key('p4', 'fraud-drift', 2, 'fraud-detection', 'score_check'),
];
const WINDOW = { from: '2026-06-01T10:00:00Z', to: '2026-06-01T10:01:00Z' };
const ANSWERS = [
  // All of it.
  { page: 'p1', candidates: [{ service: 'payment-service', operation: 'stripe.charge' }], ...WINDOW },
  // A neighbour.
  { page: 'p2', candidates: [{ service: 'order-service', operation: 'create_order' }], ...WINDOW },
  // One right of two.
  { page: 'p3', candidates: [{ service: 'fraud-detection' }, { service: 'api-gateway' }] },
];

suite('the report on answers', () => {
  const report = reportOn(KEYS, { tool: 'a tool', answers: ANSWERS });

  test('has precision and recall of services and operations, and means in which no answer counts 0', () => {
    assert.deepEqual(report.services, { precision: 0.5, recall: 0.5 });
    assert.deepEqual(report.operations, { precision: 0.5, recall: 0.25 });
    assert.deepEqual(report.all, {
      pages: 4,
      answered: 3,
      service: 0.5,
      operation: 0.25,
      scope: 0.5,
      window: 0.5,
      score: (1 + 0.475 + 0.275) / 4,
    });
    assert.equal(report.byKind['stripe-brownout']?.score, (1 + 0.475) / 2);
    assert.equal(report.byDifficulty['2']?.answered, 1);
    assert.deepEqual(report.pages[3], {
      page: 'p4',
      kind: 'fraud-drift',
      difficulty: 2,
      cause: { service: 'fraud-detection', operation: 'score_check' },
      answer: null,
      service: 0,
      operation: 0,
      scope: 0,
      window: 0,
      score: 0,
    });
  });

  test('reads as a table', () => {
    assert.deepEqual(renderReport(report), [
      'a tool',
      '',
      '|                 | answered | service | operation | scope | window | score |',
      '| --------------- | -------- | ------- | --------- | ----- | ------ | ----- |',
      '| fraud-drift     | 1 of 2   | 25 %    | 0 %       | 25 %  | 0 %    | 14 %  |',
      '| stripe-brownout | 2 of 2   | 75 %    | 50 %      | 75 %  | 100 %  | 74 %  |',
      '| difficulty 1    | 2 of 2   | 75 %    | 50 %      | 75 %  | 100 %  | 74 %  |',
      '| difficulty 2    | 1 of 2   | 25 %    | 0 %       | 25 %  | 0 %    | 14 %  |',
      '| all             | 3 of 4   | 50 %    | 25 %      | 50 %  | 50 %   | 44 %  |',
      '',
      'services:    precision 50 %, recall 50 %',
      'operations:  precision 50 %, recall 25 %',
      'score:       44 % of what the key has',
    ]);
  });

  test('refuses answers to other pages, and two to one', () => {
    const stranger = { page: 'p9', candidates: [{ service: 'x' }] };
    assert.throws(() => reportOn(KEYS, { answers: [stranger] }), { message: /^"p9": no page of this set/ });
    assert.throws(() => reportOn(KEYS, { answers: [ANSWERS[0]!, ANSWERS[0]!] }), { message: /^"p1": two answers/ });
  });
});

test('the published JSON Schemas are those that files are held to', async () => {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    const published = JSON.parse(await readFile(join(import.meta.dirname, 'schema', name), 'utf8'));
    assert.deepEqual(published, schema, `${name}: write it again with: npm run eval -- schemas`);
  }
});
