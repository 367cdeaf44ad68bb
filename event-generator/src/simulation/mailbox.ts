/** A first-in, first-out line of messages with a doorbell for whoever reads it. */
export interface Mailbox<T> {
  /** Messages not yet taken. */
  readonly length: number;
  post(message: T): void;
  /** Takes out the oldest, `max` at most; none when it is empty. */
  take(max: number): T[];
  /** Resolves when there is a message, or when the mailbox is closed. */
  arrival(): Promise<void>;
  /** Throws away what has not been taken. */
  clear(): void;
  /** Nothing more will come: whoever waits is let go, and what is left may still be taken. */
  close(): void;
  readonly closed: boolean;
}

/** An empty mailbox. */
export function createMailbox<T>(): Mailbox<T> {
  let messages: T[] = [];
  let closed = false;
  let doorbell: PromiseWithResolvers<void> | undefined;
  const ring = () => {
    doorbell?.resolve();
    doorbell = undefined;
  };
  return {
    get length() {
      return messages.length;
    },
    get closed() {
      return closed;
    },
    post(message) {
      messages.push(message);
      ring();
    },
    take(max) {
      const taken = messages.slice(0, max);
      messages = messages.slice(max);
      return taken;
    },
    arrival() {
      if (closed || messages.length > 0) return Promise.resolve();
      doorbell ??= Promise.withResolvers<void>();
      return doorbell.promise;
    },
    clear() {
      messages = [];
    },
    close() {
      closed = true;
      ring();
    },
  };
}
