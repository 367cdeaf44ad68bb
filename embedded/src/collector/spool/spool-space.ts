/** The bytes all signals' segments hold together, and their bound. */
export interface SpoolSpace {
  readonly used: number;
  readonly limit: number;
  /** A new part of it, empty: one signal's. */
  part(): SpacePart;
}

/** What one signal's segments hold of a {@link SpoolSpace}. */
export interface SpacePart {
  readonly used: number;
  readonly whole: SpoolSpace;
  /** Takes `bytes`, or returns false where they would go over the limit of the whole. */
  take(bytes: number): boolean;
  /** Counts bytes that are on the disk already, even over the limit: segments found at start. */
  add(bytes: number): void;
  give(bytes: number): void;
}

/** An empty space of `limit` bytes. */
export function createSpoolSpace(limit: number): SpoolSpace {
  let used = 0;
  const whole: SpoolSpace = {
    get used() {
      return used;
    },
    limit,
    part: () => createPart(),
  };
  const createPart = (): SpacePart => {
    let mine = 0;
    const add = (bytes: number) => {
      mine += bytes;
      used += bytes;
    };
    return {
      get used() {
        return mine;
      },
      whole,
      take: (bytes) => {
        if (used + bytes > limit) return false;
        add(bytes);
        return true;
      },
      add,
      give: (bytes) => add(-bytes),
    };
  };
  return whole;
}
