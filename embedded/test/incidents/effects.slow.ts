import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { afterAll } from '../collector.ts';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { type Drops, startDrops } from './drops.ts';
import { type Effect, type Pair, proveEffect, proveSilence } from './effect.ts';

/** A drop in whose phases an incident comes, goes, and is over for a while, with pairs to the end: what nobody buys any more shows no trouble. */
const PHASES = { PRE_DROP: 60, DROP_LIVE: 75, POST_DROP: 60 };
const SETTINGS = {
  PRE_DROP_SECONDS: String(PHASES.PRE_DROP),
  DROP_LIVE_SECONDS: String(PHASES.DROP_LIVE),
  POST_DROP_SECONDS: String(PHASES.POST_DROP),
  INVENTORY_MIN: '3000',
  INVENTORY_MAX: '3000',
};
/** Seconds into its phase, and how long it lasts. */
const [COMES, LASTS] = [10, 30];

const QUIET = 'drop-0';
const cleanup = afterAll();

suite('every incident has the effect it promises, and no other', () => {
  let drops: Drops;
  const blamed: string[] = [];
  before(async () => {
    drops = await startDrops(cleanup, SETTINGS);
    await drops.run(QUIET);
  });

  for (const [index, entry] of catalogue().entries()) {
    test(entry.kind, async (t) => {
      const pair: Pair = { drops, entry, troubled: `drop-${index + 1}`, quiet: QUIET };
      await drops.run(pair.troubled, `${entry.kind}@${startOf(entry)}+${LASTS}`);
      const effect = await proveEffect(pair);
      await proveSilence(pair);
      t.diagnostic(describe(entry, effect));
      if (effect.failed[0]?.service === entry.cause.service) blamed.push(entry.kind);
    });
  }

  test('whoever blames the loudest service is wrong more often than not', () => {
    assert.ok(blamed.length < catalogue().length / 2, `the loudest is the cause of ${blamed.join(', ')}`);
  });
});

function startOf({ phases: [phase] }: CatalogueEntry): number {
  const earlier = { PRE_DROP: 0, DROP_LIVE: PHASES.PRE_DROP, POST_DROP: PHASES.PRE_DROP + PHASES.DROP_LIVE };
  return COMES + earlier[phase ?? 'PRE_DROP'];
}

function describe(
  { kind, difficulty, cause, effectSize }: CatalogueEntry,
  { inside, outside, failed }: Effect,
): string {
  const elsewhere = Object.entries(outside).map(([place, ratio]) => `${place} ${ratio.toFixed(2)}`);
  const loud = failed.slice(0, 4).map(({ service, failed }) => `${service} ${failed}`);
  const verdict = failed[0]?.service === cause.service ? 'the cause' : `not the cause, ${cause.service}`;
  return `${kind} (${difficulty}): ${inside.toFixed(2)} times, at least ${effectSize.atLeast}; ${elsewhere.join(', ')}; loudest ${loud.join(', ')}: ${verdict}`;
}
