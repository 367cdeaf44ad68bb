import type { EpochMillis } from '../simulation/clock.ts';
import type { Palette } from './palette.ts';

/** What people are told when a run starts. */
export interface RunLines {
  readonly runId: string;
  readonly seed: string;
  readonly load: number;
  /** Threads of this process. */
  readonly shards: number;
  /** Which of several processes this is. */
  readonly shard: { readonly index: number; readonly count: number };
  readonly endpoint: string;
  readonly ledgerPath: string;
  readonly history?: HistoryLines | undefined;
  /** Why there is less history than wanted. */
  readonly why?: string | undefined;
}

/** What people are told of the time that a run makes up. */
export interface HistoryLines {
  readonly from: EpochMillis;
  readonly to: EpochMillis;
  /** Drops of it. */
  readonly cycles: number;
  /** Whether the run goes on from there by the machine's time. */
  readonly goesLive: boolean;
}

/** What people are told of a drop when it starts. */
export interface DropLines {
  readonly cycle: number;
  readonly dropId: string;
  /** `price` in US cents. */
  readonly sneaker: { readonly name: string; readonly colorway: string; readonly price: number };
  readonly pairs: number;
}

/** What people are told of a phase when it starts. */
export interface PhaseLines {
  readonly phase: string;
  readonly seconds: number;
  readonly workers: number;
}

/** What people are told of a drop when it is over. */
export interface DropEndLines {
  readonly cycle: number;
  readonly entries: number;
  readonly orders: number;
  /** Pairs that found nobody. */
  readonly inventory: number;
}

/** What people are told every few seconds. */
export interface StatusLine {
  readonly phase: string;
  readonly secondsLeft: number;
  readonly workers: number;
  readonly ok: number;
  readonly errors: number;
  readonly inventory: number;
  readonly queueDepth: number;
  readonly spansPerSecond: number;
  /** Workers that wait for the collector. */
  readonly waiting: number;
}

/** The lines a run starts with. */
export function renderRun(run: RunLines, paint: Palette): string[] {
  const facts = [`run ${run.runId}`, `seed ${run.seed}`, `load ${run.load}`];
  if (run.shards > 1) facts.push(`${run.shards} threads`);
  if (run.shard.count > 1) facts.push(`shard ${run.shard.index} of ${run.shard.count}`);
  return [
    `${paint.bold('SNKRS event-generator')}  ${facts.join(' · ')}`,
    paint.dim(`sends to ${run.endpoint} · keeps its ledger in ${run.ledgerPath}`),
    ...(run.history ? [paint.dim(renderHistory(run.history))] : []),
    ...(run.why ? [paint.dim(run.why)] : []),
  ];
}

function renderHistory({ from, cycles, goesLive }: HistoryLines): string {
  return `history from ${new Date(from).toISOString()} on: ${drops(cycles)}${goesLive ? ', then live' : ''}`;
}

/** A banner: what is dropped, for how much, and how many pairs there are. */
export function renderDrop({ cycle, dropId, sneaker, pairs }: DropLines, paint: Palette): string[] {
  const title = `DROP ${cycle} · ${sneaker.name} "${sneaker.colorway}"`;
  const facts = `${dollars(sneaker.price)} · ${count(pairs)} pairs · ${dropId}`;
  const width = Math.max(title.length + facts.length + 3, 80);
  const rule = paint.dim('─'.repeat(width));
  const gap = ' '.repeat(width - title.length - facts.length);
  return ['', rule, `${paint.bold(title)}${gap}${facts}`, rule];
}

/** A banner of one line. */
export function renderPhase({ phase, seconds, workers }: PhaseLines, paint: Palette): string {
  const colour = phase === 'DROP_LIVE' ? paint.red : paint.cyan;
  return `${colour(paint.bold(`▶ ${phase}`))}  ${seconds} s with ${count(workers)} workers`;
}

/** One line: what came of a drop. */
export function renderDropEnd({ cycle, entries, orders, inventory }: DropEndLines, paint: Palette): string {
  const facts = `${count(entries)} draw entries, ${count(orders)} orders, ${count(inventory)} pairs left`;
  return `${paint.green(`■ DROP ${cycle} over`)}  ${facts}`;
}

/** One line of columns that stand under each other from line to line, 80 wide at the default load. */
export function renderStatus(status: StatusLine, paint: Palette): string {
  const errors = column(status.errors, 5, ' err');
  const waiting = paint.yellow(`  ${count(status.waiting)} waiting for the collector`);
  return [
    status.phase.padEnd(9),
    column(Math.ceil(status.secondsLeft), 2, 's'),
    column(status.workers, 3, ' workers'),
    paint.green(column(status.ok, 6, ' ok')),
    status.errors > 0 ? paint.yellow(errors) : errors,
    column(status.inventory, 3, ' pairs'),
    column(status.queueDepth, 3, ' queued'),
    paint.bold(column(Math.round(status.spansPerSecond), 5, ' spans/s')),
    status.waiting > 0 ? waiting : '',
  ].join('');
}

/** A number of drops. */
export function drops(cycles: number): string {
  return cycles === 1 ? '1 drop' : `${count(cycles)} drops`;
}

function column(value: number, width: number, unit: string): string {
  return ` ${count(value).padStart(width)}${unit}`;
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(cents % 100 === 0 ? 0 : 2)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
