import { Worker } from 'node:worker_threads';
import type { Clock } from '../simulation/clock.ts';
import type { Schedule } from '../simulation/phase-machine.ts';
import type { DropObserver } from '../snkrs/drop-report.ts';
import type { StopSignals } from '../stop.ts';
import { aborted } from '../telemetry/aborted.ts';
import type { Account } from '../telemetry/ledger/account.ts';
import type { Counts } from '../telemetry/ledger/counts.ts';
import { SIGNALS } from '../telemetry/signal.ts';
import { tellObserver } from './drop-events.ts';
import type { FromShard, ToShard } from './messages.ts';
import type { ShardStatus } from './run-status.ts';
import type { Shard, ShardPlan } from './shard.ts';
import type { Sighting } from './thread-watch.ts';

/** A shard's thread ended before its work did. What it last sent may have arrived or not: nobody is left who knows. */
export class LostShardError extends Error {
  override name = 'LostShardError';
}

/** What the thread of a shard needs from the main one. */
export interface ThreadSurroundings {
  readonly clock: Clock;
  /** Takes what the thread counts. */
  readonly account: Account;
  /** Resolves once the ledger on disk says what the accounts say now. */
  readonly writeLedger: () => Promise<void>;
  readonly observer: DropObserver;
  /** Takes what the thread sees of the collector. */
  readonly seeCollector: (sighting: Sighting) => void;
  readonly report: (line: string) => void;
  /** The heap it may have, in MiB. */
  readonly heapMiB: number;
}

/** A shard's thread that is ready. */
export interface ReadyThread {
  start(schedule: Schedule): Promise<Shard>;
  /** The collector is back: whoever waits for the next attempt need not. */
  welcomeCollector(): void;
  /** Has the shard report a line about the collector. */
  reportOnCollector(line: string): void;
}

/** How long a thread may take to end once it was told that it is overdue. */
const LAST_MOMENT_MS = 800;

/** Starts a thread for a shard; resolves when all it needs is loaded. */
export async function startThread(plan: ShardPlan, surroundings: ThreadSurroundings): Promise<ReadyThread> {
  const { clock, account, writeLedger, observer, seeCollector, report, heapMiB } = surroundings;
  const worker = new Worker(new URL('./shard-thread.ts', import.meta.url), {
    workerData: plan,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  const tell = (message: ToShard) => worker.postMessage(message);
  const ready = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  let status: ShardStatus | undefined;

  const hear = async (message: FromShard) => {
    if ('counts' in message) adopt(account.counts, message.counts);
    if (message.kind === 'ready') ready.resolve();
    else if (message.kind === 'drop') tellObserver(observer, message.event);
    else if (message.kind === 'collector') seeCollector(message.sighting);
    else if (message.kind === 'report') report(message.line);
    else if (message.kind === 'status') {
      status = message.status;
      started.resolve();
    } else if (message.kind === 'sending') {
      await writeLedger();
      tell({ kind: 'written', write: message.write });
    } else if (message.failure) over.reject(message.failure);
    else over.resolve();
  };
  const lose = (reason: string) => {
    const error = new LostShardError(
      `Shard ${plan.slice.index} of ${plan.slice.count} was lost (${reason}): the run ends. Its ledger stays open, as that of a killed run.`,
    );
    for (const { reject } of [ready, started, over]) reject(error);
  };
  // Who waits for one of them hears of it; the others would end the process.
  for (const { promise } of [ready, started, over]) promise.catch(() => {});
  worker.on('message', (message: FromShard) => void hear(message));
  worker.on('error', (error) => lose(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => lose(`its thread ended with code ${code}`));

  const run = async ({ requested, overdue }: StopSignals) => {
    void aborted(requested).then(() => tell({ kind: 'stop' }));
    void aborted(overdue).then(async () => {
      tell({ kind: 'overdue' });
      await clock.sleep(LAST_MOMENT_MS);
      lose('it did not end in time');
    });
    try {
      await over.promise;
    } finally {
      await worker.terminate();
    }
  };

  await ready.promise;
  return {
    welcomeCollector: () => tell({ kind: 'collector-back' }),
    reportOnCollector: (line) => tell({ kind: 'collector-news', line }),
    start: async (schedule) => {
      tell({ kind: 'start', schedule });
      await started.promise;
      return {
        status: () => {
          if (status === undefined) throw new Error('status of a shard that has not started: expected it to have');
          return status;
        },
        setLoad: (load) => tell({ kind: 'load', load }),
        steer: (order) => tell({ kind: 'incident', order }),
        run,
      };
    },
  };
}

/** Makes `to` say what `from` says. */
function adopt(to: Counts, from: Counts): void {
  for (const signal of SIGNALS) Object.assign(to[signal], from[signal]);
}
