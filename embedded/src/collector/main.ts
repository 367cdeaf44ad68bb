import { setTimeout as sleep } from 'node:timers/promises';
import { type Collector, startCollector } from './collector.ts';
import { letHeapGrow } from './heap-growth.ts';
import { type CollectorMessage, startMessageSchema } from './messages.ts';

/** With the supervisor gone nobody waits for a drain: what is not stored in this time stays in the spool. */
const ORPHAN_DRAIN_MILLIS = 3_000;

/** The event-generator has lost its parent in the same moment and flushes: an orphan receives until nothing more comes. */
const ORPHAN_RECEIVES_MILLIS = 3_000;
const QUIET_MILLIS = 500;

/**
 * The collector as a process of its own. Its parent sends the options over IPC (so the password is in no command line and no
 * environment) and gets an answer. SIGTERM stops it in order; SIGINT is left to the parent, since Ctrl-C reaches both.
 */
let collector: Promise<Collector> | undefined;

const tell = (message: CollectorMessage) =>
  new Promise<void>((resolve) => (process.send === undefined ? resolve() : process.send(message, () => resolve())));

async function start(message: unknown): Promise<void> {
  if (collector !== undefined) return;
  try {
    collector = startCollector(startMessageSchema.parse(message).options);
    const running = await collector;
    letHeapGrow(() => received(running));
    const { grpcPort, httpPort } = running;
    await tell({ type: 'ready', grpcPort, httpPort });
  } catch (error) {
    await tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}

async function stop(drainMillis?: number): Promise<void> {
  await (await collector)?.stop(drainMillis);
  process.exit(0);
}

async function stopOrphaned(): Promise<void> {
  const running = await collector;
  for (const since = performance.now(); running && performance.now() - since < ORPHAN_RECEIVES_MILLIS; ) {
    const before = received(running);
    await sleep(QUIET_MILLIS);
    if (received(running) === before) break;
  }
  await stop(ORPHAN_DRAIN_MILLIS);
}

function received(running: Collector): number {
  const { traces, logs, metrics } = running.counts();
  return [traces, logs, metrics].reduce((sum, { accepted, duplicates }) => sum + accepted + duplicates, 0);
}

process.on('message', (message) => void start(message));
process.on('SIGTERM', () => void stop());
process.on('disconnect', () => void stopOrphaned());
process.on('SIGINT', () => {});
