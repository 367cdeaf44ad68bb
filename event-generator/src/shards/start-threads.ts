import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../simulation/clock.ts';
import type { Schedule } from '../simulation/phase-machine.ts';
import type { DropObserver } from '../snkrs/drop-report.ts';
import { createCollectorWatch } from '../telemetry/delivery/collector-watch.ts';
import type { Ledger } from '../telemetry/ledger/ledger.ts';
import { joinObservers } from './join-observers.ts';
import type { Shard, ShardPlan } from './shard.ts';
import { type ReadyThread, startThread } from './thread-shard.ts';
import { type Sighting, tellWatch } from './thread-watch.ts';

/** What the threads of a process share. */
export interface ThreadsOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Hears of the drop as one. */
  readonly observer: DropObserver;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
  /** When the drops take place, asked once all threads are ready. */
  readonly schedule: () => Schedule;
}

/** No thread runs with less heap, in MiB: the code and a small queue. */
const LEAST_HEAP_MIB = 256;

/** Starts a thread for each plan, and their shards all at once. The collector has one watch, which sees what all of them see. */
export async function startThreads(plans: readonly ShardPlan[], options: ThreadsOptions): Promise<Shard[]> {
  const { clock, ledger, report } = options;
  const heapMiB = Math.max(LEAST_HEAP_MIB, Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20 / plans.length));
  const observers = joinObservers(plans.length, options.observer);
  const threads: ReadyThread[] = [];
  const seeCollector = watchCollector(plans, options, threads);
  const starting = plans.map((plan, index) =>
    startThread(plan, {
      clock,
      account: ledger.account(),
      writeLedger: ledger.write,
      // There is one for each plan.
      observer: observers[index] as DropObserver,
      seeCollector,
      report,
      heapMiB,
    }),
  );
  threads.push(...(await Promise.all(starting)));
  const schedule = options.schedule();
  return Promise.all(threads.map((thread) => thread.start(schedule)));
}

/** What it tells people, the first shard reports, so that it is in the telemetry too. */
function watchCollector(
  plans: readonly ShardPlan[],
  { clock, ledger }: ThreadsOptions,
  threads: readonly ReadyThread[],
): (sighting: Sighting) => void {
  const [plan] = plans;
  if (plan === undefined) throw new RangeError('no thread to start: expected at least one');
  const watch = createCollectorWatch({
    endpoint: plan.config.endpoint,
    counts: {
      get traces() {
        return ledger.counts.traces;
      },
      get logs() {
        return ledger.counts.logs;
      },
      get metrics() {
        return ledger.counts.metrics;
      },
    },
    queueLimit: plan.config.queueLimit,
    wallClock: clock,
    report: (line) => threads[0]?.reportOnCollector(line),
    // Each shard measures its own attempts.
    measure: () => {},
  });
  return (sighting) => {
    const { back } = watch;
    tellWatch(watch, sighting);
    if (back.aborted) for (const thread of threads) thread.welcomeCollector();
  };
}
