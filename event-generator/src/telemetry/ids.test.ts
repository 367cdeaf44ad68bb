import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../simulation/random.ts';
import { createIdGenerator } from './ids.ts';

test('the same seed gives the same ids, another seed others', () => {
  const ids = (seed: string) => {
    const generator = createIdGenerator(createRandom(seed));
    return [generator.generateTraceId(), generator.generateSpanId(), generator.generateSpanId()];
  };
  assert.deepEqual(ids('7'), ids('7'));
  assert.notDeepEqual(ids('7'), ids('8'));
  const [traceId, spanId] = ids('7');
  assert.match(traceId ?? '', /^[0-9a-f]{32}$/);
  assert.match(spanId ?? '', /^[0-9a-f]{16}$/);
});

test('an id is never all zero, and keeps its leading zeros', () => {
  const words = [0, 0, 0, 1];
  const random: Random = { uint32: () => words.shift() ?? 0, next: () => 0, fork: () => random };
  assert.equal(createIdGenerator(random).generateSpanId(), '0000000000000001');
});
