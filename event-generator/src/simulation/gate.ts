/** A way through that is open at times. */
export interface Gate {
  /** Resolves at once while the gate is open; otherwise when it opens. */
  pass(): Promise<void>;
  open(): void;
  shut(): void;
}

/** A gate that is shut. */
export function createGate(): Gate {
  let opening = Promise.withResolvers<void>();
  let isOpen = false;
  return {
    pass: () => opening.promise,
    open() {
      isOpen = true;
      opening.resolve();
    },
    shut() {
      if (isOpen) opening = Promise.withResolvers<void>();
      isOpen = false;
    },
  };
}
