import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from '../../embedded/test/stack.ts';
import { temporaryDirectory } from '../../embedded/test/stored.ts';
import { BenchmarkError } from '../benchmarks.ts';
import { median } from '../measure/median.ts';
import { type ProcessUsage, readProcessUsage } from '../measure/process-usage.ts';
import { renderTable } from '../table.ts';
import { growthPerHour, type Reading } from './growth.ts';

/** The default phases at a third of their length, so that cycles repeat within a measurement: the workers are those of LOAD 1. */
const PHASES = { PRE_DROP_SECONDS: '20', DROP_LIVE_SECONDS: '30', POST_DROP_SECONDS: '20' };
const CYCLE_SECONDS = Object.values(PHASES).reduce((sum, seconds) => sum + Number(seconds), 0);
const READ_EVERY_MILLIS = 1_000;
/** A whole cycle, after half a one. */
const DEFAULT_MINUTES = CYCLE_SECONDS / 60;
/** Shorter ones can't tell growth from the noise of resident memory. */
const MINUTES_FOR_GROWTH = 10;
const TARGET_BYTES = 1.2e9;
/** Five of a hundred of that: what an hour may add before it counts as growth. */
const TARGET_GROWTH_PER_HOUR = TARGET_BYTES / 20;
const MEGABYTE = 1e6;
const COLUMNS = ['process', 'RSS MB, median', 'RSS MB, most', 'CPU % of a core', 'growth MB/h', 'middle half'];

/** Memory and processor time of every process of `npm start` at LOAD 1. Takes `--minutes N`, for N minutes after as many of warming up. */
export async function run(words: readonly string[]): Promise<void> {
  const minutes = readMinutes(words);
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, PHASES);
  await stack.printed('▶ DROP_LIVE');
  const warmUpSeconds = minutes === DEFAULT_MINUTES ? CYCLE_SECONDS / 2 : minutes * 60;
  console.log(`Warming up for ${warmUpSeconds} s, then reading every second for ${minutes * 60} s.\n`);
  await sleep(warmUpSeconds * 1000);

  const names = Object.keys(processesOf(stack));
  const readings = new Map<string, Reading[]>([...names, 'all'].map((name) => [name, []]));
  const before = usageOf(stack);
  const begun = performance.now();
  let after = before;
  while (performance.now() - begun < minutes * 60_000) {
    await sleep(READ_EVERY_MILLIS);
    after = usageOf(stack);
    const seconds = (performance.now() - begun) / 1000;
    for (const name of [...names, 'all']) readings.get(name)!.push({ seconds, bytes: sum(after, name, 'rssBytes') });
  }
  const elapsed = (performance.now() - begun) / 1000;

  const rows = [...names, 'all'].map((name) => {
    const bytes = readings.get(name)!.map((reading) => reading.bytes);
    const cpu = (sum(after, name, 'cpuSeconds') - sum(before, name, 'cpuSeconds')) / elapsed;
    return [name, median(bytes) / MEGABYTE, Math.max(...bytes) / MEGABYTE, cpu * 100, ...growth(readings.get(name)!)];
  });
  console.log(renderTable(COLUMNS, rows).join('\n'));
  console.log(`\n${verdict(readings.get('all')!, minutes).join('\n')}`);
}

function readMinutes(words: readonly string[]): number {
  const [option, value] = words;
  if (option === undefined) return DEFAULT_MINUTES;
  const minutes = Number(value);
  if (option === '--minutes' && words.length === 2 && minutes >= 1) return minutes;
  throw new BenchmarkError(`"${words.join(' ')}": expected --minutes and a number from 1 up`);
}

type Usages = Readonly<Record<string, ProcessUsage>>;

/** Those of the stack by their role; the supervisor's own readings hold the others'. */
function processesOf(stack: Stack): Record<string, number> {
  const child = (file: string) => {
    const [pid] = stack.children(file);
    if (pid === undefined) throw new Error(`the stack has no process of ${file}:\n${stack.output()}`);
    return pid;
  };
  return {
    'supervisor, page gateway': stack.pid,
    ClickHouse: child('clickhouse/engine.ts'),
    collector: child('collector/main.ts'),
    'event-generator': child('event-generator/src/main.ts'),
  };
}

function usageOf(stack: Stack): Usages {
  const [[supervisor, root], ...children] = Object.entries(processesOf(stack)) as [
    [string, number],
    ...[string, number][],
  ];
  const usages = Object.fromEntries(children.map(([name, pid]) => [name, readProcessUsage(pid)]));
  const tree = readProcessUsage(root);
  const own = (key: keyof ProcessUsage) => tree[key] - sum(usages, 'all', key);
  return { [supervisor]: { cpuSeconds: own('cpuSeconds'), rssBytes: own('rssBytes') }, ...usages };
}

/** One process's, or that of all of them. */
function sum(usages: Usages, name: string, key: keyof ProcessUsage): number {
  const counted = name === 'all' ? Object.values(usages) : [usages[name]!];
  return counted.reduce((total, usage) => total + usage[key], 0);
}

function growth(readings: readonly Reading[]): (string | number)[] {
  const found = growthPerHour(readings, CYCLE_SECONDS);
  if (found === undefined) return ['', ''];
  const [low, high] = found.quartiles.map((bytes) => (bytes / MEGABYTE).toFixed(0));
  return [found.median / MEGABYTE, `${low} to ${high}`];
}

function verdict(all: readonly Reading[], minutes: number): string[] {
  const most = Math.max(...all.map(({ bytes }) => bytes));
  const memory = `all processes at most ${(most / 1e9).toFixed(2)} GB, target < ${TARGET_BYTES / 1e9} GB: ${most < TARGET_BYTES ? 'reached' : 'MISSED'}`;
  const found = growthPerHour(all, CYCLE_SECONDS);
  if (minutes < MINUTES_FOR_GROWTH || found === undefined) {
    return [memory, `growth: to be told from noise it takes --minutes ${MINUTES_FOR_GROWTH}`];
  }
  const isFlat = found.median < TARGET_GROWTH_PER_HOUR || found.quartiles[0] <= 0;
  return [
    memory,
    `no growth after warm-up (less than ${TARGET_GROWTH_PER_HOUR / MEGABYTE} MB/h, or none within the middle half): ${isFlat ? 'reached' : 'MISSED'}`,
  ];
}
