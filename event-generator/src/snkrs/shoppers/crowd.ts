import { chance, integer, pick } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';
import { createSessionCache, type SessionCache } from './session-cache.ts';
import { createBot, createShopper, type Shopper } from './shopper.ts';

/** Accounts of people, and of bots behind them. */
const PEOPLE = 40_000;
const BOTS = 400;
/** Redis holds the sessions of less than all: a crowd that comes in from everywhere finds a part of its own gone. */
const SESSIONS = 22_300;
/** Shoppers who were there a short while ago. */
const RECENT = 512;

/** How often, of all draws of a person: shares the original measured. */
const BOT_SHARE = 0.08;
const DUPLICATE_SHARE = 0.033;
/** Of those who look around before and after a drop, how many were there a moment ago. */
const REGULAR_SHARE = 0.92;

/** Everybody with an account, and who of them comes next. */
export interface Crowd {
  readonly sessions: SessionCache;
  /** The person behind an index. */
  person(index: number): Shopper;
  /** Opens the doors of a new drop: nobody has entered its draw yet. */
  newDrop(random: Random): void;
  /** Somebody looking around: mostly one of those who were there a moment ago. */
  visitor(random: Random): Shopper;
  /** Somebody of the crowd that a drop draws. */
  passerBy(random: Random): Shopper;
  /** Somebody who enters the draw: for the first time, except for a few who try again, and bots. */
  entrant(random: Random): Shopper;
  /** Somebody who wants to buy: whoever won goes first. */
  buyer(random: Random): Shopper;
  /** Somebody has won the right to buy. */
  invite(shopper: Shopper): void;
}

/** A crowd whose members follow from `random`. */
export function createCrowd(random: Random): Crowd {
  const sessions = createSessionCache(SESSIONS);
  const recent: number[] = [];
  let invited: Shopper[] = [];
  let arrival = (n: number) => n % PEOPLE;
  let arrived = 0;

  const person = (index: number) => createShopper(index, random.fork(`shopper-${index}`));
  const bot = (number: number) => createBot(PEOPLE + number, number, random.fork(`bot-${number}`));

  const seen = (index: number): Shopper => {
    recent[arrived % RECENT] = index;
    arrived++;
    return person(index);
  };

  const warmUp = () => {
    const mixed = permutation(random.fork('warm sessions'));
    for (let n = 0; n < SESSIONS; n++) sessions.put(mixed(n));
    for (let n = SESSIONS - RECENT; n < SESSIONS; n++) recent.push(mixed(n));
  };
  warmUp();

  let entries = 0;
  return {
    sessions,
    person,
    newDrop(random) {
      arrival = permutation(random);
      entries = 0;
      invited = [];
    },
    visitor: (random) =>
      chance(random, REGULAR_SHARE) ? person(pick(random, recent)) : seen(integer(random, 0, PEOPLE - 1)),
    passerBy: (random) => (chance(random, 0.5) ? person(pick(random, recent)) : seen(integer(random, 0, PEOPLE - 1))),
    entrant(random) {
      if (chance(random, BOT_SHARE)) return bot(integer(random, 0, BOTS - 1));
      const again = entries > RECENT && chance(random, DUPLICATE_SHARE);
      return again ? person(arrival(integer(random, 0, entries - 1))) : seen(arrival(entries++));
    },
    buyer(random) {
      if (chance(random, BOT_SHARE)) return bot(integer(random, 0, BOTS - 1));
      return invited.shift() ?? this.passerBy(random);
    },
    invite: (shopper) => void invited.push(shopper),
  };
}

/** An order of all people: n steps through it are n different ones. */
function permutation(random: Random): (n: number) => number {
  const offset = integer(random, 0, PEOPLE - 1);
  // A step without a factor in common with 40,000 (2 and 5) comes by everybody before it repeats.
  const step = integer(random, 100, 3900) * 10 + 1;
  return (n) => (offset + n * step) % PEOPLE;
}
