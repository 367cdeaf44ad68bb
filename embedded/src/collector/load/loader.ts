import type { SignalCounts } from '../counts.ts';
import { createEpisode, type Log } from '../log.ts';
import type { InsertStatement, Signal } from '../mapping/statements.ts';
import type { Segment } from '../spool/segment.ts';
import type { Spool } from '../spool/spool.ts';
import type { Tuning } from '../tuning.ts';
import { adviceFor } from './advice.ts';
import { createInserter, type InsertTarget } from './insert.ts';
import { InsertError } from './insert-error.ts';
import { type Blame, loadSegment } from './load-segment.ts';
import { createQuarantine } from './quarantine.ts';

/** What a {@link Loader} works with. */
export interface LoaderOptions {
  readonly spool: Spool;
  readonly target: InsertTarget;
  readonly statements: Readonly<Record<Signal, readonly InsertStatement[]>>;
  readonly quarantineDirectory: string;
  readonly counts: Readonly<Record<Signal, SignalCounts>>;
  readonly tuning: Tuning;
  readonly log: Log;
}

/** Carries segments from the spool into ClickHouse. */
export interface Loader {
  /** Resolves when the spool is empty, after `millis`, or when nobody listens at ClickHouse's address; loads no more then. */
  drain(millis: number): Promise<void>;
}

interface Attempt {
  readonly segment: Segment;
  failures: number;
  /** It has failed, and no other segment was stored since. */
  hasJustFailed: boolean;
  /** How often another segment was stored after this one had failed: the trouble is this one's own. */
  failuresOfItsOwn: number;
  /** On the clock of `performance.now()`. */
  notBefore: number;
  isRunning: boolean;
}

/** A segment that fails so often while others are stored has a body in it that ClickHouse refuses for a reason of its own. */
const STUCK_AFTER = 4;

const alwaysData: Blame = (error) => error.isDataError || error.isTooLarge;
const perhapsData: Blame = (error) => alwaysData(error) || error.isPerhapsDataError;

/**
 * Starts loading. A few segments at a time, oldest first. A segment that failed waits a little, longer each time, and those
 * that failed take turns with the others. When ClickHouse seems to be away everything waits, then one segment at a time is
 * tried: meanwhile the open segments are left to grow, for fewer and larger INSERTs when it is back.
 */
export function startLoader(options: LoaderOptions): Loader {
  const { spool, target, tuning, counts, log } = options;
  const failing = new Set<Attempt>();
  const inFlight = new Set<Promise<void>>();
  const abort = new AbortController();
  const outage = createEpisode(log);
  const insert = createInserter(target);
  const quarantine = createQuarantine(options.quarantineDirectory, tuning.quarantineBytes, log);
  let failuresInARow = 0;
  let pausedUntil = 0;
  /**
   * No answer yet from this ClickHouse, which may be a new one: the first INSERT goes alone. Two at once would both write the
   * file it keeps of the statements' protobuf schema, and one of them would fail.
   */
  let isUntried = true;
  let timer: NodeJS.Timeout | undefined;
  /** The last one begun: those that failed and those that are new take turns. */
  let wasRetry = false;
  let isDraining = false;
  let isPumping = false;

  const backoff = (failures: number) => Math.min(tuning.retryMillis * 2 ** (failures - 1), tuning.maxRetryMillis);

  const load = async (attempt: Attempt) => {
    const { segment } = attempt;
    const blame = attempt.failuresOfItsOwn >= STUCK_AFTER ? perhapsData : alwaysData;
    const refused = await loadSegment(insert, options.statements[segment.signal], segment, blame, abort.signal);
    for (const body of refused) await quarantine(segment, body);
    await spool.remove(segment, new Set(refused.map(({ body }) => body.marker.digest)));
    const lost = refused.reduce((items, { body }) => items + body.marker.items, 0);
    counts[segment.signal].stored += segment.items - lost;
    counts[segment.signal].quarantined += lost;
  };

  const succeeded = (attempt: Attempt) => {
    failing.delete(attempt);
    failuresInARow = 0;
    pausedUntil = 0;
    isUntried = false;
    for (const other of failing) {
      if (other.hasJustFailed) other.failuresOfItsOwn++;
      other.hasJustFailed = false;
    }
    if (failing.size === 0) outage.end('ClickHouse stores again');
  };

  /** Nobody answers, or nothing was stored since another segment failed too. */
  const looksLikeOutage = (error: Error) => {
    if (error instanceof InsertError && error.code === undefined) return true;
    return Array.from(failing).filter(({ hasJustFailed }) => hasJustFailed).length > 1;
  };

  const failed = (attempt: Attempt, error: Error) => {
    failing.add(attempt);
    attempt.hasJustFailed = true;
    if (abort.signal.aborted) return;
    const now = performance.now();
    failuresInARow++;
    if (looksLikeOutage(error)) {
      pausedUntil = now + backoff(failuresInARow);
      isUntried = true;
    }
    attempt.notBefore = now + backoff(++attempt.failures);
    const { signal, id } = attempt.segment;
    outage.begin(
      `can't load ${signal} into ClickHouse (segment ${id}): ${error.message}; ${adviceFor(error, target.url)}. ` +
        'Acknowledged telemetry waits in the spool and is loaded when this is over.',
    );
    if (isDraining && error instanceof InsertError && error.isConnectionRefused) abort.abort();
  };

  const run = (attempt: Attempt) => {
    attempt.isRunning = true;
    const running: Promise<void> = load(attempt)
      .then(
        () => succeeded(attempt),
        (error: Error) => failed(attempt, error),
      )
      .then(() => {
        attempt.isRunning = false;
        inFlight.delete(running);
        pump();
      });
    inFlight.add(running);
  };

  const nextAttempt = (now: number): Attempt | undefined => {
    const retry = Array.from(failing).find(({ isRunning, notBefore }) => !isRunning && notBefore <= now);
    const attempt = wasRetry ? (freshAttempt() ?? retry) : (retry ?? freshAttempt());
    wasRetry = attempt !== undefined && attempt === retry;
    return attempt;
  };

  const freshAttempt = (): Attempt | undefined => {
    const segment = spool.next();
    if (segment === undefined) return undefined;
    return { segment, failures: 0, hasJustFailed: false, failuresOfItsOwn: 0, notBefore: 0, isRunning: false };
  };

  const pump = () => {
    // Taking a segment may seal one, and each that is sealed asks for this again.
    if (isPumping) return;
    isPumping = true;
    clearTimeout(timer);
    const now = performance.now();
    while (!abort.signal.aborted && now >= pausedUntil && inFlight.size < (isUntried ? 1 : tuning.loadsInFlight)) {
      const attempt = nextAttempt(now);
      if (attempt === undefined) break;
      run(attempt);
    }
    isPumping = false;
    if (inFlight.size === 0 && (failing.size === 0 || abort.signal.aborted)) onIdle();
    const waiting = Array.from(failing).filter(({ isRunning }) => !isRunning);
    if (abort.signal.aborted || waiting.length === 0) return;
    const wakeAt = Math.max(pausedUntil, Math.min(...waiting.map(({ notBefore }) => notBefore)));
    timer = setTimeout(pump, Math.max(1, wakeAt - now));
  };
  let onIdle = () => {};

  spool.onReady(pump);
  pump();

  return {
    drain: async (millis) => {
      const idle = Promise.withResolvers<void>();
      onIdle = idle.resolve;
      isDraining = true;
      const deadline = setTimeout(() => {
        abort.abort();
        pump();
      }, millis);
      pump();
      await idle.promise;
      clearTimeout(deadline);
      abort.abort();
    },
  };
}
