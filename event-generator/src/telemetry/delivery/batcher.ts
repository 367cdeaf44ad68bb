import type { Clock } from '../../simulation/clock.ts';
import type { Batch } from '../otlp/batch.ts';

/** Where the items of a batch gather: a `RequestWriter`. */
interface Gathering<Item> {
  readonly count: number;
  add(item: Item): void;
  cut(): Batch;
}

/** When a batch is cut, and where it goes. */
export interface BatcherOptions<Item> {
  readonly writer: Gathering<Item>;
  /** A batch is cut at this many items. */
  readonly maxItems: number;
  /** And this long after its first one. */
  readonly lingerMs: number;
  readonly clock: Clock;
  readonly cut: (batch: Batch) => void;
}

/** Gathers single items into batches. */
export class Batcher<Item> {
  readonly #options: BatcherOptions<Item>;
  readonly #closed = new AbortController();
  #cuts = 0;

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
  }

  push(item: Item): void {
    const { writer, maxItems } = this.#options;
    writer.add(item);
    if (writer.count >= maxItems) this.flush();
    else if (writer.count === 1) void this.#linger(this.#cuts);
  }

  /** Cuts what there is. */
  flush(): void {
    const { writer, cut } = this.#options;
    if (writer.count === 0) return;
    this.#cuts++;
    cut(writer.cut());
  }

  /** Cuts what there is and ends the waiting. */
  close(): void {
    this.flush();
    this.#closed.abort();
  }

  async #linger(cuts: number): Promise<void> {
    await this.#options.clock.sleep(this.#options.lingerMs, this.#closed.signal);
    // Another batch gathers by now if this one filled up first.
    if (cuts === this.#cuts) this.flush();
  }
}
