import type { MetricReader, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { toHrTime } from '../time.ts';
import { countDataPoints, type PointTimes, retime } from './retime.ts';

/** The metrics of several resources, collected together at regular instants of a clock. */
export interface MetricCollection {
  /** Collects everything once, now. */
  collect(): Promise<void>;
  /** Ends the regular collection; resolves when one under way is over. */
  stop(): Promise<void>;
}

/** Who is collected, how often, and where it goes. */
export interface MetricCollectionOptions {
  readonly readers: readonly MetricReader[];
  readonly clock: Clock;
  /** The start of the run: every cumulative point counts from there. */
  readonly startedAt: EpochMillis;
  /** Whole seconds, at least one. */
  readonly intervalMs: number;
  /**
   * Where several telemetries make one run: all of them collect at the multiples of the interval since this instant's second, and stamp
   * with them, so that their readings can be added up. Where none is given, it is the start.
   */
  readonly inStepSince?: EpochMillis;
  /** A regular collection is late until this resolves; those that were due meanwhile are left out. */
  readonly room: () => Promise<void>;
  /** Takes what was collected: the metrics of each resource that has any. */
  readonly push: (metrics: readonly ResourceMetrics[]) => void;
}

/** An instant in step stands for a collection that is at most so late. */
const LATE_MS = 1_000;

/** Starts collecting every `intervalMs` of the clock. */
export function startMetricCollection(options: MetricCollectionOptions): MetricCollection {
  const { readers, clock, startedAt, intervalMs, inStepSince, room, push } = options;
  const startTime = toHrTime(startedAt);
  const stopped = new AbortController();

  let lastAt = Number.NEGATIVE_INFINITY;

  // ClickHouse's tables keep the times of data points in whole seconds. Two collections of one second would say the same of whatever did not
  // change between them, and a store that knows repeated requests by their content keeps one of the two. Regular ones are due at whole
  // seconds; the one that ends a run may follow at once.
  const collect = async (instant = clock.now()) => {
    const at = Math.max(instant, nextSecond(lastAt));
    lastAt = at;
    const times: PointTimes = { startTime, endTime: toHrTime(at) };
    const collected: ResourceMetrics[] = [];
    for (const reader of readers) {
      const { resourceMetrics } = await reader.collect();
      if (countDataPoints(resourceMetrics) > 0) collected.push(retime(resourceMetrics, times));
    }
    push(collected);
  };

  const repeat = async () => {
    const since = secondOf(inStepSince ?? startedAt);
    const first = since + (Math.floor((startedAt - since) / intervalMs) + 1) * intervalMs;
    for (let due = first; ; due += intervalMs * Math.max(1, Math.ceil((clock.now() - due) / intervalMs))) {
      await clock.sleep(Math.max(0, due - clock.now()), stopped.signal);
      if (!stopped.signal.aborted) await room();
      if (stopped.signal.aborted) return;
      const isInStep = inStepSince !== undefined && clock.now() - due < LATE_MS;
      await collect(isInStep ? due : clock.now());
    }
  };
  const repeating = repeat();

  return {
    collect: () => collect(),
    stop: () => {
      stopped.abort();
      return repeating;
    },
  };
}

function secondOf(instant: EpochMillis): EpochMillis {
  return Math.floor(instant / 1_000) * 1_000;
}

function nextSecond(instant: EpochMillis): EpochMillis {
  return secondOf(instant) + 1_000;
}
