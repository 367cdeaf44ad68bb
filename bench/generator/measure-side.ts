import { setTimeout as after } from 'node:timers/promises';
import { readProcessUsage } from '../measure/process-usage.ts';
import { type Arrivals, type NullSink, startNullSink } from '../null-sink/null-sink.ts';
import type { SideTask } from './side.ts';
import { startSide } from './start-side.ts';

/** What one side did. */
export interface Delivery {
  readonly created: Arrivals;
  readonly arrived: Arrivals;
  /** Spans that arrived, over the time after the warm-up. */
  readonly spansPerSecond: number;
  /** Microseconds of processor time for each of them, over all threads of the side's process. */
  readonly cpuMicros: number;
}

/** The first spans go by uncounted: code is compiled meanwhile, in each thread for itself, and takes from the rate until about here. */
const WARM_UP_SPANS = 700_000;
/** What has not arrived when nothing has come for so long is lost. */
const SILENCE_MS = 1_000;
const LOOK_EVERY_MS = 20;

/** Runs `program` (a file beside this one) with `task` against a sink of its own. */
export async function measureSide<Task extends SideTask>(
  program: string,
  task: Omit<Task, 'endpoint'>,
): Promise<Delivery> {
  await using sink = await startNullSink();
  await using side = startSide(program, { ...task, endpoint: sink.endpoint });
  const warm = warmUp(sink, side.pid);
  const created = await side.made;
  const arrived = await settled(sink, created);
  const { cpuSeconds } = readProcessUsage(side.pid);
  const marks = await sink.marks();
  const [first, last] = [marks.find(({ spans }) => spans >= WARM_UP_SPANS), marks.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new Error(`${program}: ${arrived.spans} spans arrived, expected more than after the warm-up`);
  }
  const from = await warm;
  return {
    created,
    arrived,
    spansPerSecond: ((last.spans - first.spans) * 1000) / (last.at - first.at),
    cpuMicros: ((cpuSeconds - from.cpuSeconds) * 1e6) / (arrived.spans - from.spans),
  };
}

async function warmUp(sink: NullSink, pid: number): Promise<{ spans: number; cpuSeconds: number }> {
  for (;;) {
    const { spans } = await sink.arrived();
    if (spans >= WARM_UP_SPANS) return { spans, cpuSeconds: readProcessUsage(pid).cpuSeconds };
    await after(LOOK_EVERY_MS);
  }
}

/** What has arrived once all of it has, or nothing comes any more. */
async function settled(sink: NullSink, created: Arrivals): Promise<Arrivals> {
  let arrived = await sink.arrived();
  for (let silence = 0; silence < SILENCE_MS && total(arrived) < total(created); silence += LOOK_EVERY_MS) {
    await after(LOOK_EVERY_MS);
    const now = await sink.arrived();
    if (total(now) > total(arrived)) silence = 0;
    arrived = now;
  }
  return arrived;
}

/** All items of a sink's or a side's, whatever their signal. */
export function total({ spans, logRecords, dataPoints }: Arrivals): number {
  return spans + logRecords + dataPoints;
}
