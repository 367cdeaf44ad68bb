import type { Clock, EpochMillis } from './clock.ts';

/** A stretch of a cycle. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
}

/** A phase as it happens. */
export interface PhaseTurn<P extends Phase> {
  /** Counts the rounds through all phases, from 1. */
  readonly cycle: number;
  readonly phase: P;
  readonly startsAt: EpochMillis;
  readonly endsAt: EpochMillis;
}

/**
 * Goes through `phases` in order, over and over: yields each at its start and, asked for the next one, sleeps until it
 * is over. The times are sums from the first start, so that no delay adds up. Ends after `cycles` rounds (0: never), or
 * when `signal` aborts.
 */
export async function* phaseTurns<P extends Phase>(
  clock: Clock,
  phases: readonly P[],
  cycles: number,
  signal: AbortSignal,
): AsyncGenerator<PhaseTurn<P>, void, void> {
  let startsAt = clock.now();
  for (let cycle = 1; cycles === 0 || cycle <= cycles; cycle++) {
    for (const phase of phases) {
      const endsAt = startsAt + phase.seconds * 1000;
      yield { cycle, phase, startsAt, endsAt };
      await clock.sleep(endsAt - clock.now(), signal);
      if (signal.aborted) return;
      startsAt = endsAt;
    }
  }
}
