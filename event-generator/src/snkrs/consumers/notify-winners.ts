import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { type ConsumerContext, consume } from './consume.ts';

/** Tells winners at once that they may buy. */
export function notifyWinners(context: ConsumerContext): Promise<void> {
  const { topics } = context;
  const reading = { batch: 10, linger: () => 20 };
  const operation = 'notification.process_draw_winners';
  return consume(context, topics.draw_winners, operation, reading, async (notification, messages) => {
    const winners = messages.flatMap(({ body }) => body);
    await perform(notification, 'notification.apns.push_batch');
    log(notification, 'INFO', 'snkrs.draw.winners_notified', `${winners.length} winners told`, {
      'snkrs.notifications': winners.length,
    });
  });
}
