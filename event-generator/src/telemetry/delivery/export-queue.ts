import type { Clock } from '../../simulation/clock.ts';
import type { Random } from '../../simulation/random.ts';
import type { Account } from '../ledger/account.ts';
import { countAccepted, countRejected, dropLate, dropRest, type ItemsByService, totalOf } from '../ledger/settle.ts';
import type { Signal } from '../signal.ts';
import { backoffMs } from './backoff.ts';
import type { CollectorWatch } from './collector-watch.ts';
import { isAmbiguous, judge } from './grpc-status.ts';
import type { ExportFailure, ExportOutcome, Send } from './outcome.ts';

/** What a queue exports: spans and logs by the array, metrics by the resource. */
export interface BatchKind<Batch> {
  readonly signal: Signal;
  /** Exports under way at the same time. */
  readonly concurrency: number;
  /** How many items a batch holds, of which services. */
  items(batch: Batch): ItemsByService;
  /** Two smaller batches of the same items, in order; undefined for a batch that cannot be divided. */
  split(batch: Batch): readonly [Batch, Batch] | undefined;
}

/** The parts an {@link ExportQueue} works with. */
export interface ExportQueueOptions<Batch> {
  readonly kind: BatchKind<Batch>;
  readonly send: Send<Batch>;
  readonly account: Account;
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
  readonly items: ItemsByService;
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
    const { kind, account } = this.#options;
    const items = kind.items(batch);
    if (this.#abandon.signal.aborted) {
      dropLate(account.counts[kind.signal], items);
      return;
    }
    this.#waiting.push({ batch, items, onDisk: account.sending(kind.signal, items) });
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
    dropRest(this.#options.account.counts[this.#options.kind.signal]);
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
    const total = totalOf(items);
    this.#exporting++;
    this.#exportingItems += total;
    await onDisk;
    await this.#deliver(batch, items);
    this.#exporting--;
    this.#exportingItems -= total;
    this.#options.settled();
    this.#startNext();
  }

  /** Sends until there is a verdict. Settles the batch's items in the ledger, unless the queue is abandoned before. */
  async #deliver(batch: Batch, items: ItemsByService): Promise<void> {
    const { kind, account, watch } = this.#options;
    const counts = account.counts[kind.signal];
    let [failures, ambiguous] = [0, 0];
    while (!this.#abandon.signal.aborted) {
      const outcome = await this.#attempt(batch);
      if (this.#abandon.signal.aborted) return;
      if (outcome.kind === 'accepted') {
        watch.accepted(kind.signal, outcome);
        countAccepted(counts, items, outcome.rejected);
        return;
      }
      failures++;
      if (isAmbiguous(outcome.code)) ambiguous++;
      const verdict = judge(outcome, ambiguous);
      if (verdict === 'retry') {
        watch.failed(outcome);
        await this.#pause(outcome, failures);
        continue;
      }
      const halves = verdict === 'split' ? kind.split(batch) : undefined;
      if (halves) {
        for (const half of halves) await this.#deliver(half, kind.items(half));
        return;
      }
      countRejected(counts, items);
      watch.refused(kind.signal, totalOf(items), outcome);
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
