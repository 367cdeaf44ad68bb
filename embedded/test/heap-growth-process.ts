/**
 * `node heap-growth-process.ts ITEMS`: a process that receives so many items a second and meanwhile keeps the last of many objects. Prints
 * how many collections of the whole heap that took.
 */

import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { letHeapGrow } from '../src/collector/heap-growth.ts';

const itemsPerSecond = Number(process.argv[2]);
const begun = performance.now();
letHeapGrow(() => ((performance.now() - begun) / 1000) * itemsPerSecond);
// Long enough that the pace was looked at.
await sleep(600);

let collections = 0;
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if ('detail' in entry && isMajor(entry.detail)) collections++;
  }
});
observer.observe({ entryTypes: ['gc'] });
const kept: object[] = [];
for (let i = 0; i < 10_000_000; i++) {
  kept[i % 300_000] = { bytes: [i, i + 1, i + 2] };
  if (i % 100_000 === 0) await sleep(1);
}
await sleep(50);
console.log(collections);

function isMajor(detail: unknown): boolean {
  const { kind } = z.object({ kind: z.number() }).parse(detail);
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
