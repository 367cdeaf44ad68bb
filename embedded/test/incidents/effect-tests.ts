import { before, type TestContext, test } from 'node:test';
import { afterAll } from '../collector.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { type Drops, startDrops } from './drops.ts';
import { type Effect, type Pair, proveEffect, proveSilence } from './effect.ts';

/** The drop that each incident takes place in, and when it does, in seconds. */
export interface Timing {
  readonly phases: { readonly PRE_DROP: number; readonly DROP_LIVE: number; readonly POST_DROP: number };
  /** Into its phase. */
  readonly comes: number;
  readonly lasts: number;
  /** Shoppers at the same time while the drop is live. */
  readonly workers: number;
}

const QUIET = 'drop-0';

/** Declares a test of each kind, which ends with what `proven` does; to be called in a suite. */
export function testEffects(
  kinds: readonly CatalogueEntry[],
  timing: Timing,
  proven: (pair: Pair, effect: Effect, t: TestContext) => Promise<void> | void = () => {},
): void {
  const { phases, comes, lasts, workers } = timing;
  const cleanup = afterAll();
  let drops: Drops;
  before(async () => {
    drops = await startDrops(cleanup, {
      PRE_DROP_SECONDS: String(phases.PRE_DROP),
      DROP_LIVE_SECONDS: String(phases.DROP_LIVE),
      POST_DROP_SECONDS: String(phases.POST_DROP),
      DROP_LIVE_WORKERS: String(workers),
      // To the end: what nobody buys any more shows no trouble.
      INVENTORY_MIN: '3000',
      INVENTORY_MAX: '3000',
    });
    await drops.run(QUIET);
    await drops.keep();
  });

  const startOf = { PRE_DROP: 0, DROP_LIVE: phases.PRE_DROP, POST_DROP: phases.PRE_DROP + phases.DROP_LIVE };
  for (const [index, entry] of kinds.entries()) {
    test(entry.kind, async (t) => {
      const pair: Pair = { drops, entry, troubled: `drop-${index + 1}`, quiet: QUIET };
      const at = startOf[entry.phases[0] ?? 'PRE_DROP'] + comes;
      await drops.run(pair.troubled, `${entry.kind}@${at}+${lasts}`);
      const effect = await proveEffect(pair);
      await proveSilence(pair);
      t.diagnostic(describe(entry, effect));
      await proven(pair, effect, t);
    });
  }
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
