import type { Socket } from 'node:net';

/** A body of which less comes in this time is slow. */
const SLOW = { millis: 3_000, bytes: 3_000 };

/** Looks at how fast a client's bodies come. */
export interface BodyPace {
  /** A body is under way; later calls of one body do nothing. */
  begin(): void;
  /** None is. */
  end(): void;
}

/** Calls `onSlow` each time that little has come of a body; a client that was told to wait is not slow. */
export function watchBodyPace(client: Socket, onSlow: () => void): BodyPace {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      if (timer !== undefined) return;
      let before = client.bytesRead;
      timer = setInterval(() => {
        const came = client.bytesRead - before;
        before = client.bytesRead;
        if (came < SLOW.bytes && !client.isPaused()) onSlow();
      }, SLOW.millis);
    },
    end() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
