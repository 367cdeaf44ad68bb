import { setTimeout as sleep } from 'node:timers/promises';
import { readProcessUsage } from '../measure/process-usage.ts';
import type { BenchClickHouse } from '../stand/clickhouse.ts';
import type { BenchCollector } from '../stand/embedded-collector.ts';
import type { Bodies } from './bodies.ts';
import { send } from './send.ts';

/** What one passage of bodies through a collector into ClickHouse took. */
export interface Passage {
  readonly acknowledgedPerSecond: number;
  readonly storedPerSecond: number;
  /** Microseconds of processor time a span, until the last row is stored. */
  readonly collectorCpu: number;
  readonly clickhouseCpu: number;
  /** Acknowledged spans that are not in the table. */
  readonly lost: number;
  readonly refusals: number;
}

/** A load of requests. */
export interface Load {
  readonly bodies: Bodies;
  /** Editions of them that are sent in a row. */
  readonly editions: number;
  readonly inFlight: number;
}

const POLL_MILLIS = 25;
/** Nothing new in the table for so long, and no INSERT under way: the rest is lost. */
const PATIENCE_MILLIS = 15_000;

/** Sends everything once, from empty tables to the last row. */
export async function measureCollector(
  collector: BenchCollector,
  clickhouse: BenchClickHouse,
  { bodies, editions, inFlight }: Load,
): Promise<Passage> {
  await clickhouse.empty();
  const requests = Array.from({ length: editions }, () => bodies.edition()).flat();
  const spans = bodies.spans * editions;
  const before = usage(collector, clickhouse);
  const begun = performance.now();
  const [{ seconds, refusals }, { stored, at }] = await Promise.all([
    send(collector.grpcPort, requests, inFlight),
    allStored(clickhouse, spans),
  ]);
  const after = usage(collector, clickhouse);
  return {
    acknowledgedPerSecond: spans / seconds,
    storedPerSecond: stored / ((at - begun) / 1000),
    collectorCpu: ((after.collector - before.collector) * 1e6) / spans,
    clickhouseCpu: ((after.clickhouse - before.clickhouse) * 1e6) / spans,
    lost: spans - stored,
    refusals,
  };
}

function usage(collector: BenchCollector, clickhouse: BenchClickHouse) {
  return {
    collector: readProcessUsage(collector.pid).cpuSeconds,
    clickhouse: readProcessUsage(clickhouse.pid).cpuSeconds,
  };
}

/** When the last row was first seen, by the clock of `performance.now()`. */
async function allStored(clickhouse: BenchClickHouse, spans: number): Promise<{ stored: number; at: number }> {
  let stored = 0;
  let at = performance.now();
  const isSilent = async () => performance.now() - at > PATIENCE_MILLIS && !(await clickhouse.isInserting());
  while (stored < spans && !(await isSilent())) {
    await sleep(POLL_MILLIS);
    const now = await clickhouse.countSpans();
    if (now > stored) at = performance.now();
    stored = now;
  }
  return { stored, at };
}
