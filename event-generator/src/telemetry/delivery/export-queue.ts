import type { Clock } from '../../simulation/clock.ts';
import type { Random } from '../../simulation/random.ts';
import { inFlight } from '../ledger/counts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Signal } from '../signal.ts';
import { backoffMs } from './backoff.ts';
import type { CollectorWatch } from './collector-watch.ts';
import { judge } from './grpc-status.ts';
import type { ExportFailure, ExportOutcome, Send } from './outcome.ts';

/** What a queue exports: spans and logs by the array, metrics by the resource. */
export interface BatchKind<Batch> {
  readonly signal: Signal;
  /** Exports under way at the same time. */
  readonly concurrency: number;
  /** How many items a batch holds. */
  count(batch: Batch): number;
  /** Two smaller batches of the same items, in order; undefined for a batch that cannot be divided. */
  split(batch: Batch): readonly [Batch, Batch] | undefined;
}

/** The parts an {@link ExportQueue} works with. */
export interface ExportQueueOptions<Batch> {
  readonly kind: BatchKind<Batch>;
  readonly send: Send<Batch>;
  readonly ledger: Ledger;
  readonly watch: CollectorWatch;
  /** The machine's clock: a collector does not answer in simulated time. */
  readonly wallClock: Clock;
  readonly random: Random;
  /** Called when items were settled: there may be room again. */
  readonly settled: () => void;
}

/** A batch, and when the ledger knows of it. */
interface Announced<Batch> {
  readonly batch: Batch;
  readonly items: number;
  readonly onDisk: Promise<void>;
}

/**
 * Delivers batches in order, a few at a time, each until the collector has taken it or refused it for good: a batch once
 * cut stays the same, so that a retry is the same bytes and a collector can tell it from new data. It has no bound of its own: who
 * pushes asks the ledger first.
 */
export class ExportQueue<Batch> {
  readonly #options: ExportQueueOptions<Batch>;
  readonly #waiting: Announced<Batch>[] = [];
  readonly #abandon = new AbortController();
  #exporting = 0;
  #exportingItems = 0;
  #idle: (() => void)[] = [];

  constructor(options: ExportQueueOptions<Batch>) {
    this.#options = options;
  }

  /** Items in calls under way or between two attempts. */
  get exportingItems(): number {
    return this.#exportingItems;
  }

  /** Takes a batch. Its turn comes when the ledger on disk knows of it, which it is told at once: batches share that write. */
  push(batch: Batch): void {
    if (this.#abandon.signal.aborted) return;
    const { kind, ledger } = this.#options;
    const items = kind.count(batch);
    this.#waiting.push({ batch, items, onDisk: ledger.sending(kind.signal, items) });
    this.#startNext();
  }

  /** Resolves when nothing waits and nothing is under way, or once the queue is abandoned. */
  async drained(): Promise<void> {
    if (this.#isIdle() || this.#abandon.signal.aborted) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Gives up all that is undelivered, counts it as dropped, and takes no more. */
  abandon(): void {
    this.#abandon.abort();
    this.#waiting.length = 0;
    const counts = this.#options.ledger.counts[this.#options.kind.signal];
    counts.dropped += inFlight(counts);
    this.#wakeIdle();
  }

  #isIdle(): boolean {
    return this.#exporting === 0 && this.#waiting.length === 0;
  }

  #startNext(): void {
    while (this.#exporting < this.#options.kind.concurrency) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      void this.#export(next);
    }
    if (this.#isIdle()) this.#wakeIdle();
  }

  #wakeIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #export({ batch, items, onDisk }: Announced<Batch>): Promise<void> {
    this.#exporting++;
    this.#exportingItems += items;
    await onDisk;
    await this.#deliver(batch);
    this.#exporting--;
    this.#exportingItems -= items;
    this.#options.settled();
    this.#startNext();
  }

  /** Sends until there is a verdict. Settles the batch's items in the ledger, unless the queue is abandoned before. */
  async #deliver(batch: Batch): Promise<void> {
    const { kind, ledger, watch } = this.#options;
    const counts = ledger.counts[kind.signal];
    const items = kind.count(batch);
    for (let failures = 0; !this.#abandon.signal.aborted; ) {
      const outcome = await this.#attempt(batch);
      if (this.#abandon.signal.aborted) return;
      if (outcome.kind === 'accepted') {
        const rejected = Math.min(outcome.rejected, items);
        watch.accepted(kind.signal, outcome);
        counts.acknowledged += items - rejected;
        counts.rejected += rejected;
        return;
      }
      failures++;
      const verdict = judge(outcome, failures);
      if (verdict === 'retry') {
        watch.failed(outcome);
        await this.#pause(outcome, failures);
        continue;
      }
      const halves = verdict === 'split' ? kind.split(batch) : undefined;
      if (halves) {
        await this.#deliver(halves[0]);
        await this.#deliver(halves[1]);
        return;
      }
      counts.rejected += items;
      watch.refused(kind.signal, items, outcome);
      return;
    }
  }

  async #attempt(batch: Batch): Promise<ExportOutcome> {
    const { kind, send, wallClock, watch } = this.#options;
    const start = wallClock.now();
    const outcome = await send(batch);
    watch.attempted(kind.signal, outcome, (wallClock.now() - start) / 1000);
    return outcome;
  }

  async #pause(failure: ExportFailure, failures: number): Promise<void> {
    const { random, wallClock, watch } = this.#options;
    const ms = failure.retryAfterMs ?? backoffMs(failures, random);
    await wallClock.sleep(ms, AbortSignal.any([this.#abandon.signal, watch.back]));
  }
}
