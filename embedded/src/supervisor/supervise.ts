import { setTimeout as sleep } from 'node:timers/promises';
import type { Service, ServiceEnd, StopOptions } from './service.ts';

/** A part of the stack that can be started again when it has died. */
export interface Part {
  /** As it is named to the user. */
  readonly name: string;
  /**
   * Starts it, for the first time or in place of one that has ended. Rejects, leaving nothing running, when it does not start
   * or when `calledOff` is aborted.
   */
  start(calledOff: AbortSignal): Promise<Service>;
  /** Whether an end that nobody asked for is what it was there for; never, where this is missing. */
  hasFinished?(end: ServiceEnd): Promise<boolean>;
}

/** A service that is started again when it dies. */
export interface Supervised extends Service {
  readonly ended: Promise<LastEnd>;
  /** How often it has died. */
  deaths(): number;
  /** Resolves at once, or when the start that is under way has come to its end. */
  settled(): Promise<void>;
}

/** How a part ended for good. */
export interface LastEnd extends ServiceEnd {
  /** It had done what it was there for, with success (`ok`) or without. */
  readonly hasFinished: boolean;
}

/** What a supervisor is given. */
export interface SuperviseOptions {
  /** Aborted, it calls the first start off. Later ones go on until the part's own stop: those before it still need it. */
  readonly stop: AbortSignal;
  /** Takes a line when the part has died, and one when it is back. */
  readonly report: (line: string) => void;
}

/** One death may be bad luck. This many within the time are not, and starting again would go on for ever. */
export const DEATHS = { many: 5, withinMs: 60_000 } as const;

/** The pause before the first start after a death; each further death within the time doubles it. */
const PAUSE_MS = 200;

/**
 * Starts a part, and starts it again whenever it dies until it is stopped. `ended` of the service it returns is for the part that
 * has finished, or that has died too often ({@link DEATHS}; a start that fails is a death).
 *
 * @throws what the first start threw
 */
export async function supervise(part: Part, { stop, report }: SuperviseOptions): Promise<Supervised> {
  const stopped = new AbortController();
  let deathCount = 0;
  let recentDeaths: number[] = [];
  let service = await part.start(stop);
  let starting: Promise<void> | undefined;
  let returning: Promise<ServiceEnd | undefined> | undefined;

  const startAgain = async () => {
    await service.stop(); // Frees what the dead one still holds.
    await sleep(PAUSE_MS * 2 ** (recentDeaths.length - 1), undefined, { signal: stopped.signal });
    service = await part.start(stopped.signal);
  };

  /** Resolves when the part is back, or with how it ended for good. */
  const bringBack = async ({ how }: ServiceEnd): Promise<ServiceEnd | undefined> => {
    const diedAt = performance.now();
    deathCount += 1;
    recentDeaths = [...recentDeaths.filter((at) => at > diedAt - DEATHS.withinMs), diedAt];
    if (recentDeaths.length < DEATHS.many) report(`${capitalised(part.name)} died (${how}): starting it again.`);
    let last = how;
    while (recentDeaths.length < DEATHS.many && !stopped.signal.aborted) {
      starting = startAgain();
      try {
        await starting;
        report(`${capitalised(service.name)} is back after ${((performance.now() - diedAt) / 1000).toFixed(1)} s.`);
        return undefined;
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
        recentDeaths.push(performance.now());
      }
    }
    return { ok: false, how: last };
  };

  const forGood = async (): Promise<LastEnd> => {
    for (;;) {
      const end = await service.ended;
      if (stopped.signal.aborted) return { ...end, hasFinished: false };
      if (await part.hasFinished?.(end)) return { ...end, hasFinished: true };
      returning = bringBack(end);
      const last = await returning;
      if (last !== undefined) return { ...last, hasFinished: false };
    }
  };

  return {
    name: part.name,
    ended: forGood(),
    deaths: () => deathCount,
    async settled() {
      await returning;
    },
    async stop(options?: StopOptions) {
      stopped.abort();
      await starting?.catch(() => {}); // Called off; or just done, and then there is one more to stop.
      await service.stop(options);
    },
  };
}

/** A name as a line begins with it. */
export function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
