import type { Clock } from '../../simulation/clock.ts';

/** When a batch is cut, and where it goes. */
export interface BatcherOptions<Item> {
  /** A batch is cut at this many items. */
  readonly maxItems: number;
  /** And this long after its first one. */
  readonly lingerMs: number;
  readonly clock: Clock;
  readonly cut: (batch: Item[]) => void;
}

/** Gathers single items into batches. */
export class Batcher<Item> {
  readonly #options: BatcherOptions<Item>;
  readonly #closed = new AbortController();
  #items: Item[] = [];

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
  }

  push(item: Item): void {
    const count = this.#items.push(item);
    if (count >= this.#options.maxItems) this.flush();
    else if (count === 1) void this.#linger(this.#items);
  }

  /** Cuts what there is. */
  flush(): void {
    if (this.#items.length === 0) return;
    const batch = this.#items;
    this.#items = [];
    this.#options.cut(batch);
  }

  /** Cuts what there is and ends the waiting. */
  close(): void {
    this.flush();
    this.#closed.abort();
  }

  async #linger(batch: Item[]): Promise<void> {
    await this.#options.clock.sleep(this.#options.lingerMs, this.#closed.signal);
    // Another batch lies there by now if this one filled up first.
    if (batch === this.#items) this.flush();
  }
}
