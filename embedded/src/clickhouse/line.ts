/** A number of places, and a line of those who wait for one. */
export interface Line {
  /**
   * Calls `start` as soon as there is a place, at once if there is one now; what it is given frees the place, and is to be called once.
   *
   * @returns leaves the line, and forgets `start`; of no effect once that has been called
   */
  enter(start: (free: () => void) => void): () => void;
  /** Whether somebody waits. */
  isWaitedIn(): boolean;
}

export function createLine(places: number): Line {
  // In the order in which they came.
  const waiting = new Set<() => void>();
  let taken = 0;
  const free = () => {
    taken -= 1;
    const [next] = waiting;
    next?.();
  };
  return {
    enter(start) {
      const begin = () => {
        waiting.delete(begin);
        taken += 1;
        start(free);
      };
      if (taken < places) begin();
      else waiting.add(begin);
      return () => void waiting.delete(begin);
    },
    isWaitedIn: () => waiting.size > 0,
  };
}
