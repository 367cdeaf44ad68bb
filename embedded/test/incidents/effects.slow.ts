import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogue } from './catalogue.ts';
import { proveDocs, proveSigns } from './effect.ts';
import { testEffects } from './effect-tests.ts';

suite('every incident has the effect it promises, and no other', () => {
  const blamed: string[] = [];
  const timing = { phases: { PRE_DROP: 60, DROP_LIVE: 75, POST_DROP: 60 }, comes: 10, lasts: 30, workers: 40 };
  testEffects(catalogue(), timing, async (pair, { failed: [loudest] }, t) => {
    const { kind, cause } = pair.entry;
    if (loudest?.service === cause.service) blamed.push(kind);
    await proveDocs(pair);
    for (const { signal, sign, strength } of await proveSigns(pair))
      t.diagnostic(`${signal} tell by ${sign} (${strength.toFixed(1)})`);
  });

  test('whoever blames the loudest service is wrong three times out of four', () => {
    assert.ok(blamed.length <= catalogue().length / 4, `the loudest is the cause of ${blamed.join(', ')}`);
  });
});
