import { parentPort, workerData } from 'node:worker_threads';
import type { Schedule } from '../simulation/phase-machine.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import type { Account } from '../telemetry/ledger/account.ts';
import { createCounts } from '../telemetry/ledger/counts.ts';
import { countSent, type ItemsByService } from '../telemetry/ledger/settle.ts';
import type { Signal } from '../telemetry/signal.ts';
import { observeAsEvents } from './drop-events.ts';
import type { FromShard, ToShard } from './messages.ts';
import { createShard, type Shard, type ShardPlan } from './shard.ts';
import { createThreadWatch } from './thread-watch.ts';

/** How often the main thread hears how the shard fares: more often than people or metrics look. */
const STATUS_EVERY_MS = 200;

if (parentPort === null) throw new Error('shard-thread.ts: expected to be run as a worker thread, by thread-shard.ts');
const main = parentPort;
// Given by thread-shard.ts.
const plan = workerData as ShardPlan;
const clock = createRealClock();
const counts = createCounts();
const requested = new AbortController();
const overdue = new AbortController();
const writes = new Map<number, () => void>();
const collector = createThreadWatch((sighting) => tell({ kind: 'collector', sighting }));
let lastWrite = 0;
let announced: Promise<void> | undefined;
let shard: Shard | undefined;

main.on('message', (message: ToShard) => {
  if (message.kind === 'start') void run(message.schedule);
  else if (message.kind === 'load') setLoad(message.load);
  else if (message.kind === 'incident') shard?.steer(message.order);
  else if (message.kind === 'written') written(message.write);
  else if (message.kind === 'collector-back') collector.welcome();
  else if (message.kind === 'collector-news') collector.report(message.line);
  else if (message.kind === 'stop') requested.abort();
  else overdue.abort();
});
tell({ kind: 'ready' });

async function run(schedule: Schedule): Promise<void> {
  shard = createShard(plan, {
    wallClock: clock,
    schedule,
    account: { counts, sending } satisfies Account,
    observer: observeAsEvents((event) => {
      tellStatus();
      tell({ kind: 'drop', event });
    }),
    watchCollector: collector.create,
    report: (line) => tell({ kind: 'report', line }),
  });
  tellStatus();
  const over = new AbortController();
  const telling = keepTelling(over.signal);
  const failure = await shard.run({ requested: requested.signal, overdue: overdue.signal }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  over.abort();
  await telling;
  tellStatus();
  tell({ kind: 'over', counts, failure });
}

function setLoad(load: number): void {
  shard?.setLoad(load);
  tellStatus();
}

/** What is sent in one turn shares a message, since each holds all counts. */
function sending(signal: Signal, items: ItemsByService): Promise<void> {
  countSent(counts[signal], items);
  announced ??= Promise.resolve().then(announce);
  return announced;
}

function announce(): Promise<void> {
  announced = undefined;
  const write = ++lastWrite;
  tell({ kind: 'sending', write, counts });
  return new Promise((resolve) => writes.set(write, resolve));
}

function written(write: number): void {
  writes.get(write)?.();
  writes.delete(write);
}

async function keepTelling(over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await clock.sleep(STATUS_EVERY_MS, over);
    tellStatus();
  }
}

function tellStatus(): void {
  if (shard) tell({ kind: 'status', status: shard.status(), counts });
}

function tell(message: FromShard): void {
  main.postMessage(message);
}
