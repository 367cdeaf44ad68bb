import type { Config } from '../config.ts';
import type { Clock } from '../simulation/clock.ts';
import type { Schedule } from '../simulation/phase-machine.ts';
import { createRandom } from '../simulation/random.ts';
import { ownStream, type Slice } from '../simulation/slice.ts';
import { createDrop } from '../snkrs/drop.ts';
import type { DropObserver } from '../snkrs/drop-report.ts';
import type { IncidentOrder } from '../snkrs/incidents/occurrence.ts';
import { servicesOf } from '../snkrs/services.ts';
import type { StopSignals } from '../stop.ts';
import { aborted } from '../telemetry/aborted.ts';
import { createTelemetry } from '../telemetry/create-telemetry.ts';
import { createCollectorWatch } from '../telemetry/delivery/collector-watch.ts';
import type { Account } from '../telemetry/ledger/account.ts';
import type { ShardStatus } from './run-status.ts';
import { clockOf, cyclesInAll, type RunTime } from './run-time.ts';

/** What a shard does. Plain data: a thread can be given it. */
export interface ShardPlan {
  readonly config: Config;
  /** `service.version` of the generator itself. */
  readonly version: string;
  /** Its place among the shards of this process. */
  readonly thread: Slice;
  /** Its part of the whole simulation, other processes' parts included. */
  readonly slice: Slice;
  readonly time: RunTime;
}

/** A part of the simulation that runs on one thread, with telemetry of its own, up to the collector. */
export interface Shard {
  status(): ShardStatus;
  setLoad(load: number): void;
  /** Starts or stops an incident. */
  steer(order: IncidentOrder): void;
  /**
   * Resolves when its drops are over, or soon after `requested` aborts, and all it made is delivered; at the latest when `overdue`
   * aborts. Rejects with what the simulation failed with.
   */
  run(signals: StopSignals): Promise<void>;
}

/** What a shard needs from the process it is part of. */
export interface ShardSurroundings {
  /** The machine's. */
  readonly wallClock: Clock;
  /** When its drops take place. */
  readonly schedule: Schedule;
  readonly account: Account;
  readonly observer: DropObserver;
  /** Watches the collector: for this shard alone, where none is given. */
  readonly watchCollector?: typeof createCollectorWatch;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
}

/** Makes a shard in this thread. */
export function createShard(plan: ShardPlan, surroundings: ShardSurroundings): Shard {
  const { wallClock, schedule, account, observer, watchCollector = createCollectorWatch, report } = surroundings;
  const { config, version, thread, slice, time } = plan;
  const { clock, simulatedAt } = clockOf(time, wallClock);
  const random = createRandom(config.seed);
  const telemetry = createTelemetry({
    endpoint: config.endpoint,
    runId: config.runId,
    version,
    services: servicesOf(slice),
    slice,
    measuresProcess: thread.index === 0,
    clock,
    wallClock,
    random: ownStream(random.fork('telemetry'), slice),
    account,
    queueLimit: Math.ceil(config.queueLimit / thread.count),
    metricsIntervalMs: config.metricsIntervalSeconds * 1000,
    // Threads and machines have one instant in common without a word between them.
    metricsInStepSince: slice.count > 1 ? 0 : undefined,
    watchCollector,
    report,
  });
  const drop = createDrop({
    clock,
    random: random.fork('drop'),
    telemetry,
    settings: { ...config, cycles: cyclesInAll(time, config.cycles) },
    slice,
    schedule,
    observer,
  });
  return {
    status: () => ({
      ...drop.status(),
      waiting: telemetry.waitingWorkers,
      waitedSeconds: telemetry.waitedSeconds(),
      simulatedAt: simulatedAt(),
    }),
    setLoad: (load) => {
      drop.setLoad(load);
      if (thread.index > 0) return;
      const body = `The load is ${load} from now on.`;
      telemetry.note({ eventName: 'snkrs.generator.load', severity: 'INFO', body, attributes: { 'snkrs.load': load } });
    },
    steer: drop.steer,
    run: async ({ requested, overdue }) => {
      if (requested.aborted) telemetry.stopWaiting();
      requested.addEventListener('abort', telemetry.stopWaiting);
      try {
        await Promise.race([drop.run(requested), aborted(overdue)]);
      } finally {
        await telemetry.close(overdue);
      }
    },
  };
}
