import type { MetricReader, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { toHrTime } from '../time.ts';
import { countDataPoints, type PointTimes, retime } from './retime.ts';

/** The metrics of the whole fleet, collected together at regular instants of a clock. */
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
  readonly intervalMs: number;
  /** False skips a regular collection. Cumulative streams lose nothing by it: the next one holds it all. */
  readonly hasRoom: () => boolean;
  /** Takes the metrics of one resource. */
  readonly push: (metrics: ResourceMetrics, dataPoints: number) => void;
}

/** Starts collecting every `intervalMs` of the clock, the first time after the first interval. */
export function startMetricCollection(options: MetricCollectionOptions): MetricCollection {
  const { readers, clock, startedAt, intervalMs, hasRoom, push } = options;
  const startTime = toHrTime(startedAt);
  const stopped = new AbortController();

  const collect = async () => {
    const times: PointTimes = { startTime, endTime: toHrTime(clock.now()) };
    for (const reader of readers) {
      const { resourceMetrics } = await reader.collect();
      const dataPoints = countDataPoints(resourceMetrics);
      if (dataPoints > 0) push(retime(resourceMetrics, times), dataPoints);
    }
  };

  const repeat = async () => {
    for (let due = startedAt + intervalMs; !stopped.signal.aborted; due += intervalMs) {
      await clock.sleep(Math.max(0, due - clock.now()), stopped.signal);
      if (!stopped.signal.aborted && hasRoom()) await collect();
    }
  };
  const repeating = repeat();

  return {
    collect,
    stop: () => {
      stopped.abort();
      return repeating;
    },
  };
}
