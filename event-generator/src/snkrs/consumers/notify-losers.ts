import type { EpochMillis } from '../../simulation/clock.ts';
import type { Gate } from '../../simulation/gate.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { type ConsumerContext, consume, type Reading } from './consume.ts';

/** Messages told of at a time. */
const BATCH = 25;
/** Milliseconds between two batches, at most; where that would not do until the phase is over, less. */
const PACE = 1500;

/** When losers may be told. */
export interface LoserHours {
  readonly gate: Gate;
  /** When the gate will be shut again. */
  until(): EpochMillis;
}

/** Tells losers when the drop is over: until then their messages queue up. */
export async function notifyLosers(context: ConsumerContext, hours: LoserHours): Promise<void> {
  const { topics, platform } = context;
  const pace = () => {
    const batches = Math.ceil(topics.draw_losers.length / BATCH) + 1;
    return Math.max(0, Math.min(PACE, (hours.until() - platform.clock.now()) / batches));
  };
  const reading: Reading = { batch: BATCH, batchKnob: 'draw_losers.batch', linger: pace, gate: hours.gate };
  const operation = 'notification.process_draw_losers';
  return consume(context, topics.draw_losers, operation, reading, async (notification, messages) => {
    const losers = messages.flatMap(({ body }) => body);
    await perform(notification, 'notification.apns.push_batch');
    log(notification, 'INFO', 'snkrs.draw.losers_notified', `${losers.length} losers told`, {
      'snkrs.notifications': losers.length,
    });
  });
}
