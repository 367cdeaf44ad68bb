import type { EpochMillis } from './clock.ts';

/** A sleeper to be woken: `wake` is called once, unless `cancelled` was set before. */
export interface WakeUp {
  readonly at: EpochMillis;
  /** Breaks ties: of two wake-ups at the same instant, the one asked for first comes first. */
  readonly order: number;
  readonly wake: () => void;
  cancelled: boolean;
  /** What it gets cancelled by. */
  readonly signal?: AbortSignal;
}

/** Wake-ups in the order they are due. */
export interface WakeUps {
  add(wakeUp: WakeUp): void;
  /** Takes the next one out that is not cancelled; undefined when there is none. */
  next(): WakeUp | undefined;
}

/** A binary heap: adding and taking one out of n costs log n steps. */
export function createWakeUps(): WakeUps {
  const heap: WakeUp[] = [];
  const takeFirst = (): WakeUp | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    siftDown(heap, last);
    return first;
  };
  return {
    add(wakeUp) {
      heap.push(wakeUp);
      siftUp(heap, wakeUp);
    },
    next() {
      let first = takeFirst();
      while (first?.cancelled) first = takeFirst();
      return first;
    },
  };
}

function isBefore(a: WakeUp, b: WakeUp): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function siftUp(heap: WakeUp[], wakeUp: WakeUp): void {
  let index = heap.length - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(wakeUp, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = wakeUp;
}

function siftDown(heap: WakeUp[], wakeUp: WakeUp): void {
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, wakeUp)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = wakeUp;
}
