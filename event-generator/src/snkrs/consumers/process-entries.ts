import { chance } from '../../simulation/distributions.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import type { Scope } from '../platform/scope.ts';
import type { Shopper } from '../shoppers/shopper.ts';
import { type Message, send } from '../topics.ts';
import { type ConsumerContext, consume, type Reading } from './consume.ts';

/** How many of 100 entries win, as long as there are pairs of their size. */
const WIN_SHARE = 0.08;

/** Draws winners among the entries as they come in. Winners may buy first; losers are told when the drop is over. */
export function processEntries(context: ConsumerContext): Promise<void> {
  const { topics } = context;
  const reading: Reading = { batch: 100, batchKnob: 'draw_entries.batch', linger: () => 100 };
  return consume(context, topics.draw_entries, 'draw.process_draw_entries', reading, async (draw, entries) => {
    const { winners, losers } = await perform(draw, 'draw.select_winners', (inside) => select(inside, entries));
    await perform(draw, 'draw.dynamodb.write_draw_results');
    for (const winner of winners) context.crowd.invite(winner);
    await publish(context, draw, winners, losers);
    log(draw, 'INFO', 'snkrs.draw.processed', `${winners.length} of ${entries.length} entries won`, {
      'snkrs.draw.winners': winners.length,
      'snkrs.draw.losers': losers.length,
    });
  });
}

function select(draw: Scope, entries: readonly Message<Shopper>[]) {
  const winners: Shopper[] = [];
  const losers: Shopper[] = [];
  for (const { body: shopper, drop } of entries) {
    const wins = chance(draw.cause.random, WIN_SHARE) && drop.inventory.leftOf(shopper.size) > 0;
    (wins ? winners : losers).push(shopper);
  }
  draw.set('snkrs.draw.winners', winners.length);
  draw.set('snkrs.draw.losers', losers.length);
  return { winners, losers };
}

async function publish(
  { topics, drop }: ConsumerContext,
  draw: Scope,
  winners: readonly Shopper[],
  losers: readonly Shopper[],
): Promise<void> {
  if (winners.length > 0) {
    await perform(draw, 'draw.kafka.produce_draw_winners', (kafka) =>
      send(kafka, topics.draw_winners, drop(), winners),
    );
  }
  if (losers.length > 0) {
    await perform(draw, 'draw.kafka.produce_draw_losers', (kafka) => send(kafka, topics.draw_losers, drop(), losers));
  }
}
