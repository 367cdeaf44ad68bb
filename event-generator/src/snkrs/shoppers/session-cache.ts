/** The sessions Redis has room for: the least recently used one goes when another comes. */
export interface SessionCache {
  /** Whether the shopper's session is there; being asked for makes it the most recently used. */
  get(shopper: number): boolean;
  /** Lets a session go. */
  evict(shopper: number): void;
  /** Stores a session, at the cost of the least recently used. */
  put(shopper: number): void;
}

/** A cache of `capacity` sessions, by the shoppers' indexes. */
export function createSessionCache(capacity: number): SessionCache {
  // A Set keeps the order in which its members were added.
  const sessions = new Set<number>();
  return {
    get(shopper) {
      if (!sessions.delete(shopper)) return false;
      sessions.add(shopper);
      return true;
    },
    evict: (shopper) => void sessions.delete(shopper),
    put(shopper) {
      sessions.delete(shopper);
      sessions.add(shopper);
      if (sessions.size <= capacity) return;
      for (const oldest of sessions) {
        sessions.delete(oldest);
        return;
      }
    },
  };
}
