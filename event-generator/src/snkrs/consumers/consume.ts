import type { Link } from '@opentelemetry/api';
import { ATTR_MESSAGING_BATCH_MESSAGE_COUNT } from '@opentelemetry/semantic-conventions/incubating';
import { rarely } from '../../simulation/distributions.ts';
import type { Gate } from '../../simulation/gate.ts';
import type { Mailbox } from '../../simulation/mailbox.ts';
import type { Random } from '../../simulation/random.ts';
import type { DropState } from '../drop-state.ts';
import type { KnobName } from '../incidents/knobs.ts';
import { tagsOf } from '../journeys/request.ts';
import type { OperationName } from '../operations/table.ts';
import { attempt } from '../platform/attempt.ts';
import { begin } from '../platform/perform.ts';
import type { Platform } from '../platform/platform.ts';
import type { Cause, Scope } from '../platform/scope.ts';
import type { Crowd } from '../shoppers/crowd.ts';
import type { Message, Topics } from '../topics.ts';

/** What every consumer works with. */
export interface ConsumerContext {
  readonly platform: Platform;
  readonly topics: Topics;
  readonly crowd: Crowd;
  readonly random: Random;
  /** The drop that is on: a batch belongs to it, though its messages may be of the one before. */
  drop(): DropState;
  /** Ends every pause. */
  readonly stop: AbortSignal;
}

/** How a consumer reads its topic. */
export interface Reading {
  /** Messages it handles at a time, at most; a span takes 128 links. */
  readonly batch: number;
  /** What makes it fewer. */
  readonly batchKnob: KnobName;
  /** Milliseconds it lets a batch fill up before it takes it. */
  readonly linger: () => number;
  /** Reads only while it is open; always where none is given. */
  readonly gate?: Gate;
}

/** Milliseconds until a batch that is given to a consumer again is. */
const REDELIVERY = 250;

/**
 * Reads a topic until it is closed and empty: each batch is a trace of its own, linked to every message's sender. A
 * batch that fails is not tried again, as long as nothing is wrong.
 */
export async function consume<T>(
  context: ConsumerContext,
  topic: Mailbox<Message<T>>,
  operation: OperationName,
  { batch, batchKnob, linger, gate }: Reading,
  handle: (scope: Scope, messages: readonly Message<T>[]) => Promise<void>,
): Promise<void> {
  const { platform, random } = context;
  const { row } = platform.operation(operation);
  for (;;) {
    await topic.arrival();
    if (gate && !topic.closed) await gate.pass();
    if (topic.closed && topic.length === 0) return;
    if (!topic.closed) await platform.clock.sleep(linger(), context.stop);
    await platform.telemetry.ready();
    const messages = topic.take(Math.max(1, Math.round(batch * platform.overlay.knob(batchKnob))));
    if (messages.length === 0) continue;
    const links: Link[] = messages.map(({ sender }) => ({ context: sender }));
    const cause: Cause = { platform, random, region: undefined, shopper: undefined, tags: tagsOf(context.drop()) };
    const handleBatch = (delivery: number) => {
      const instance = platform.instances.pick(row.service, random);
      const work = async (scope: Scope) => {
        scope.set(ATTR_MESSAGING_BATCH_MESSAGE_COUNT, messages.length);
        if (delivery > 1) scope.set('snkrs.message.delivery', delivery);
        await handle(scope, messages);
      };
      return attempt(begin(cause, instance, operation, work, links));
    };
    for (let delivery = 1; !(await handleBatch(delivery)); delivery++) {
      // A topic that is closed has nobody left who would give anything back.
      if (topic.closed || !rarely(random, platform.overlay.knob('consume.redeliver', { cause }))) break;
      await platform.clock.sleep(REDELIVERY, context.stop);
    }
  }
}
