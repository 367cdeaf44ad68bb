/** The part of the browser's localStorage that is needed here. */
export interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** One list of the page's: the key it is kept under, and what is shipped in it. */
export interface SeededList {
  readonly key: string;
  readonly items: readonly { readonly id: string }[];
  /** The page shows the shipped items while the key is absent, so it need not be created. @default false */
  readonly optional?: boolean;
}

/**
 * Brings the shipped items into the page's localStorage without touching what is the user's own. Runs in the browser before the
 * page does: it is sent as its own source text, so it may use nothing from outside itself.
 *
 * What was last shipped is remembered, item by item, under `click-ai-shipped`. From that follows the rule for each item:
 * - never shipped before: added, unless the user has one of that id;
 * - shipped, and still there as it was shipped: follows the shipped file, and goes when the file goes;
 * - shipped, and since edited: the user's own from then on;
 * - shipped, and not there any more: the user deleted it, and it stays away.
 *
 * A list the user broke (no JSON, no array) is left as it is. `defaults` are single values set where the key is absent.
 */
export function seedPage(
  storage: PageStorage,
  lists: readonly SeededList[],
  defaults: Readonly<Record<string, string>>,
): void {
  const memoryKey = 'click-ai-shipped';
  const read = (key: string): unknown => {
    try {
      return JSON.parse(storage.getItem(key) ?? 'null');
    } catch {
      return undefined;
    }
  };

  const mergeList = (list: SeededList, shippedBefore: Record<string, string>): Record<string, string> | undefined => {
    const shippedNow = Object.fromEntries(list.items.map((item) => [item.id, JSON.stringify(item)]));
    const stored = read(list.key);
    if (stored === null && list.optional) return shippedNow;
    if (stored !== null && !Array.isArray(stored)) return undefined;
    const mine: { id: string }[] = stored ?? [];
    const kept = mine.flatMap((item) => {
      const untouched = shippedBefore[item.id] === JSON.stringify(item);
      if (!untouched) return [item];
      const successor = list.items.find(({ id }) => id === item.id);
      return successor === undefined ? [] : [successor];
    });
    const added = list.items.filter(
      ({ id }) => shippedBefore[id] === undefined && !mine.some((item) => item.id === id),
    );
    const merged = JSON.stringify([...kept, ...added]);
    if (merged !== storage.getItem(list.key)) storage.setItem(list.key, merged);
    return shippedNow;
  };

  const remembered = read(memoryKey);
  const memory: Record<string, Record<string, string>> = typeof remembered === 'object' && remembered !== null
    ? { ...remembered }
    : {};
  for (const list of lists) {
    const now = mergeList(list, memory[list.key] ?? {});
    if (now !== undefined) memory[list.key] = now;
  }
  storage.setItem(memoryKey, JSON.stringify(memory));
  for (const [key, value] of Object.entries(defaults)) {
    if (storage.getItem(key) === null) storage.setItem(key, value);
  }
}
