/** The bytes all signals' segments hold together, and their bound. */
export interface SpoolSpace {
  readonly used: number;
  readonly limit: number;
  /** Takes `bytes`, or returns false where they would go over the limit. */
  take(bytes: number): boolean;
  /** Counts bytes that are on the disk already, even over the limit: segments found at start. */
  add(bytes: number): void;
  give(bytes: number): void;
}

/** An empty space of `limit` bytes. */
export function createSpoolSpace(limit: number): SpoolSpace {
  let used = 0;
  return {
    get used() {
      return used;
    },
    limit,
    take: (bytes) => {
      if (used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    add: (bytes) => {
      used += bytes;
    },
    give: (bytes) => {
      used -= bytes;
    },
  };
}
