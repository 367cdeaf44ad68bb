import { type Collector, startCollector } from './collector.ts';
import { type CollectorMessage, startMessageSchema } from './messages.ts';

/** With the supervisor gone nobody waits for a drain: what is not stored in this time stays in the spool. */
const ORPHAN_DRAIN_MILLIS = 3_000;

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
    const { grpcPort, httpPort } = await collector;
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

process.on('message', (message) => void start(message));
process.on('SIGTERM', () => void stop());
process.on('disconnect', () => void stop(ORPHAN_DRAIN_MILLIS));
process.on('SIGINT', () => {});
