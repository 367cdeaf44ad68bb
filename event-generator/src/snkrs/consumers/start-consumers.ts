import type { ConsumerContext } from './consume.ts';
import { fulfilOrders } from './fulfil-orders.ts';
import { type LoserHours, notifyLosers } from './notify-losers.ts';
import { notifyWinners } from './notify-winners.ts';
import { processEntries } from './process-entries.ts';

/**
 * Starts a consumer for every topic, each with a random stream of its own. Resolves when all topics are closed and
 * empty; `onError` hears at once of an error that none of them should end in.
 */
export async function startConsumers(
  context: ConsumerContext,
  hours: LoserHours,
  onError: (error: unknown) => void,
): Promise<void> {
  const own = (name: string): ConsumerContext => ({ ...context, random: context.random.fork(name) });
  const consumers = [
    processEntries(own('entries')),
    fulfilOrders(own('orders')),
    notifyWinners(own('winners')),
    notifyLosers(own('losers'), hours),
  ];
  for (const consumer of consumers) consumer.catch(onError);
  await Promise.all(consumers);
}
