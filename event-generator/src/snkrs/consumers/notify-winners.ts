import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { type ConsumerContext, consume, type Reading } from './consume.ts';

/** Tells winners at once that they may buy. */
export function notifyWinners(context: ConsumerContext): Promise<void> {
  const { topics } = context;
  const reading: Reading = { batch: 10, batchKnob: 'draw_winners.batch', linger: () => 20 };
  const operation = 'notification.process_draw_winners';
  return consume(context, topics.draw_winners, operation, reading, async (notification, messages) => {
    const winners = messages.flatMap(({ body }) => body);
    await perform(notification, 'notification.apns.push_batch');
    log(notification, 'INFO', 'snkrs.draw.winners_notified', `${winners.length} winners told`, {
      'snkrs.notifications': winners.length,
    });
  });
}
