import { type Batch, type Request, splitBatch } from '../otlp/batch.ts';
import type { Signal } from '../signal.ts';
import type { BatchKind } from './export-queue.ts';

/** Batches of single items: spans, log records. */
export function batchesOf(signal: Signal): BatchKind<Batch> {
  return {
    signal,
    // Making the items takes longer than sending them: more were measured to bring no more throughput.
    concurrency: 2,
    items: ({ items }) => items,
    split: splitBatch,
  };
}

/** The metrics of one service; their items are data points. */
export const METRICS: BatchKind<Request> = {
  signal: 'metrics',
  // Small requests, whose time is the way there and back.
  concurrency: 8,
  items: ({ items }) => items,
  // Some hundred points: far from any receiver's limit.
  split: () => undefined,
};
