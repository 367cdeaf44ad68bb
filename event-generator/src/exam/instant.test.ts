import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseDuration, parseInstant } from './instant.ts';

const NOW = Date.parse('2026-06-01T10:15:00Z');

suite('instants as people say them', () => {
  const cases = {
    now: '2026-06-01T10:15:00.000Z',
    '10:05': '2026-06-01T10:05:00.000Z',
    '9:05:30': '2026-06-01T09:05:30.000Z',
    '23:50': '2026-05-31T23:50:00.000Z',
    '10:05Z': '2026-06-01T10:05:00.000Z',
    '12:05+02:00': '2026-06-01T10:05:00.000Z',
    '01:05:30+05:30': '2026-05-31T19:35:30.000Z',
    '23:45-11:00': '2026-05-31T10:45:00.000Z',
    '5m': '2026-06-01T10:10:00.000Z',
    '90s ago': '2026-06-01T10:13:30.000Z',
    '-1.5h': '2026-06-01T08:45:00.000Z',
    '2026-06-01T12:05:00+02:00': '2026-06-01T10:05:00.000Z',
    '2026-06-01 10:05:00': '2026-06-01T10:05:00.000Z',
  };
  for (const [text, expected] of Object.entries(cases)) {
    test(`"${text}"`, () => assert.equal(new Date(parseInstant(text, NOW)!).toISOString(), expected));
  }

  test('what is none', () => {
    for (const text of ['', 'noon', '25:00', '10:61', '5', '5 minutes', '2026-13-01T00:00:00Z', 'm']) {
      assert.equal(parseInstant(text, NOW), undefined, text);
    }
  });

  test('lengths of time', () => {
    assert.deepEqual(['90s', '5m', '1h', '0.5m', '5', 'm', '-5m'].map(parseDuration), [
      90_000,
      300_000,
      3_600_000,
      30_000,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
