import { type Stack, startStack } from './stack.ts';
import { openStored, type Stored, temporaryDirectory } from './stored.ts';

/** What ran from `npm start` to its end, and what it left behind. */
export interface TwoDrops extends AsyncDisposable {
  readonly runId: string;
  readonly dataDir: string;
  readonly stack: Stack;
  readonly exit: number | string;
  readonly stored: Stored;
}

/**
 * Two drops with everything in them: sold out, bots, declined cards, full pools, and metrics often enough to see it; in two shards, whose
 * parts every answer must add up.
 */
const TWO_DROPS = {
  SHARDS: '2',
  CYCLES: '2',
  // Its metrics have the stock before any of it is sold: on a busy machine a collection or two of them come late.
  PRE_DROP_SECONDS: '4',
  PRE_DROP_WORKERS: '20',
  DROP_LIVE_SECONDS: '5',
  POST_DROP_SECONDS: '2',
  POST_DROP_WORKERS: '20',
  INVENTORY_MIN: '60',
  INVENTORY_MAX: '60',
  METRICS_INTERVAL_SECONDS: '1',
  RUN_ID: 'two-drops',
  SEED: '7',
};

/** Runs two short drops through the real processes; disposing of it deletes what they stored. */
export async function runTwoDrops(): Promise<TwoDrops> {
  const directory = await temporaryDirectory();
  const stack = await startStack(directory.path, TWO_DROPS);
  const exit = await stack.exited;
  const stored = await openStored(directory.path);
  return {
    runId: TWO_DROPS.RUN_ID,
    dataDir: directory.path,
    stack,
    exit,
    stored,
    [Symbol.asyncDispose]: async () => {
      await stored[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
