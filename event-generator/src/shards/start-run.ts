import type { Config } from '../config.ts';
import type { Clock } from '../simulation/clock.ts';
import { byTheClock, type Schedule, startingNow } from '../simulation/phase-machine.ts';
import { sliceWithin } from '../simulation/slice.ts';
import type { DropObserver } from '../snkrs/drop-report.ts';
import { phaseRows } from '../snkrs/drop-settings.ts';
import type { IncidentOrder } from '../snkrs/incidents/occurrence.ts';
import type { Stop } from '../stop.ts';
import { aborted } from '../telemetry/aborted.ts';
import type { Ledger } from '../telemetry/ledger/ledger.ts';
import { letHeapsGrow } from './heap-growth.ts';
import { followRate } from './rate.ts';
import { type RunStatus, type ShardStatus, sumStatus } from './run-status.ts';
import { type RunTime, scheduleFrom } from './run-time.ts';
import { createShard, type Shard, type ShardPlan } from './shard.ts';
import { startThreads } from './start-threads.ts';
import { LostShardError } from './thread-shard.ts';

/** A simulation under way: all shards of this process. */
export interface Run {
  status(): RunStatus;
  /** Multiplies every phase's workers by `load` from now on, over all shards of the process. */
  setLoad(load: number): void;
  /** Starts or stops an incident, in all shards. */
  steer(order: IncidentOrder): void;
  /**
   * Resolves when all shards are over, and all they made is delivered or given up. When one fails, the others are stopped, and it
   * rejects with the first failure: a {@link LostShardError} where a thread was lost.
   */
  readonly over: Promise<void>;
}

/** What a run is made of. */
export interface RunOptions {
  readonly config: Config;
  /** `service.version` of the generator itself. */
  readonly version: string;
  /** The machine's. */
  readonly clock: Clock;
  readonly time: RunTime;
  readonly ledger: Ledger;
  /** Hears of the drop as one, however many threads share it. */
  readonly observer: DropObserver;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
  readonly stop: Stop;
}

/** Starts the simulation: in this thread where it is in one part, otherwise in a thread for each. Resolves when all parts have started. */
export async function startRun(options: RunOptions): Promise<Run> {
  const { config, clock, ledger, report, stop } = options;
  letHeapsGrow();
  const shards = await startShards(options);
  let { load } = config;
  const ended = new AbortController();
  const over = runAll(shards, stop).finally(() => ended.abort());
  const isLive = () => statusOf(shards).simulatedAt === undefined;
  const rate = followRate(clock, () => ledger.counts.traces.created, isLive, ended.signal);
  return {
    over,
    status: () => ({
      ...statusOf(shards),
      load,
      shards: shards.length,
      spansPerSecond: rate.perSecond(),
    }),
    setLoad: (next) => {
      report(`The load is ${next} from now on; it was ${load}.`);
      load = next;
      for (const shard of shards) shard.setLoad(next);
    },
    steer: (order) => {
      for (const shard of shards) shard.steer(order);
    },
  };
}

function statusOf([first, ...others]: readonly [Shard, ...Shard[]]): ShardStatus {
  return sumStatus([first.status(), ...others.map((shard) => shard.status())]);
}

async function startShards(options: RunOptions): Promise<readonly [Shard, ...Shard[]]> {
  const { config, version, clock, time, ledger, report, stop } = options;
  const { shards } = config;
  const planOf = (index: number): ShardPlan => {
    const thread = { index, count: shards };
    return { config, version, thread, slice: sliceWithin(config.shard, thread), time };
  };
  const schedule = () => scheduleOf(config, time, clock);
  if (shards === 1) {
    const account = ledger.account();
    return [
      createShard(planOf(0), { wallClock: clock, schedule: schedule(), account, observer: options.observer, report }),
    ];
  }
  const plans = Array.from({ length: shards }, (_, index) => planOf(index));
  const tooLate = aborted(stop.overdue).then(() => {
    throw new LostShardError(`The ${shards} threads had not all started when the time to end was over: the run ends.`);
  });
  const starting = startThreads(plans, { clock, ledger, observer: options.observer, report, schedule });
  const started = await Promise.race([starting, tooLate]);
  // SHARDS is 1 or more.
  return started as [Shard, ...Shard[]];
}

/** Alone, the first drop starts now; several processes of one run meet where the clock says, or start where they all were told to. */
function scheduleOf(config: Config, time: RunTime, clock: Clock): Schedule {
  if (time.kind !== 'real') return scheduleFrom(time.from);
  return config.shard.count === 1 ? startingNow(clock.now()) : byTheClock(clock.now(), phaseRows(config));
}

async function runAll(shards: readonly Shard[], stop: Stop): Promise<void> {
  const ends = await Promise.allSettled(
    shards.map((shard) =>
      shard.run(stop).catch((error: unknown) => {
        stop.request();
        throw error;
      }),
    ),
  );
  const failures = ends.filter((end) => end.status === 'rejected').map(({ reason }): unknown => reason);
  const failure = failures.find((reason) => reason instanceof LostShardError) ?? failures[0];
  if (failure !== undefined) throw failure;
}
