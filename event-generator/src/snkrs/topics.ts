import type { SpanContext } from '@opentelemetry/api';
import type { EpochMillis } from '../simulation/clock.ts';
import { createMailbox, type Mailbox } from '../simulation/mailbox.ts';
import type { DropState, Order } from './drop-state.ts';
import type { Scope } from './platform/scope.ts';
import type { Shopper } from './shoppers/shopper.ts';

/** A message on a topic, with the span that sent it. */
export interface Message<T> {
  readonly body: T;
  readonly drop: DropState;
  readonly sender: SpanContext;
  readonly sentAt: EpochMillis;
}

/** What draws and orders set off, to be done by whoever listens. */
export interface Topics {
  readonly draw_entries: Mailbox<Message<Shopper>>;
  readonly draw_winners: Mailbox<Message<readonly Shopper[]>>;
  readonly draw_losers: Mailbox<Message<readonly Shopper[]>>;
  readonly order_created: Mailbox<Message<Order>>;
}

export type TopicName = keyof Topics;

/** Empty topics. */
export function createTopics(): Topics {
  return {
    draw_entries: createMailbox(),
    draw_winners: createMailbox(),
    draw_losers: createMailbox(),
    order_created: createMailbox(),
  };
}

/** Sends a message out of the PRODUCER operation in `scope`. */
export function send<T>(scope: Scope, topic: Mailbox<Message<T>>, drop: DropState, body: T): void {
  topic.post({ body, drop, sender: scope.span.spanContext(), sentAt: scope.cause.platform.clock.now() });
}
