import { chance, integer, pick } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';
import { dealtTo, type Slice, sliceOf, WHOLE } from '../../simulation/slice.ts';
import { KNOBS } from '../incidents/knobs.ts';
import { createSessionCache, type SessionCache } from './session-cache.ts';
import { createBot, createShopper, type Shopper } from './shopper.ts';

/** Accounts of people, and of bots behind them. */
const PEOPLE = 40_000;
const BOTS = 400;
/** Redis holds the sessions of less than all: a crowd that comes in from everywhere finds a part of its own gone. */
const SESSIONS = 22_300;
/** Shoppers who were there a short while ago. */
const RECENT = 512;

/** How often, of all draws of a person, as the original measured. */
const DUPLICATE_SHARE = 0.033;
/** Of those who look around before and after a drop, how many were there a moment ago. */
const REGULAR_SHARE = 0.92;

/** Everybody with an account who is the slice's, and who of them comes next. */
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

/**
 * A crowd whose members follow from `random`. A slice has every `count`th account, so that nobody is in two of them; whoever
 * an index is does not depend on the slice. Of those who enter the draw or buy, `botShare` are bots.
 */
export function createCrowd(
  random: Random,
  slice: Slice = WHOLE,
  botShare: () => number = () => KNOBS['crowd.bots'],
): Crowd {
  const people = dealtTo(slice, PEOPLE);
  const bots = dealtTo(slice, BOTS);
  const sessionsHeld = sliceOf(SESSIONS, slice);
  const recentlySeen = Math.max(1, sliceOf(RECENT, slice));
  const sessions = createSessionCache(sessionsHeld);
  const recent: number[] = [];
  let invited: Shopper[] = [];
  let arrival = (n: number) => member(n % people);
  let arrived = 0;

  const member = (n: number) => n * slice.count + slice.index;
  const person = (index: number) => createShopper(index, random.fork(`shopper-${index}`));
  const anyBot = (chooser: Random) => {
    const number = member(integer(chooser, 0, bots - 1));
    return createBot(PEOPLE + number, number, random.fork(`bot-${number}`));
  };

  const seen = (index: number): Shopper => {
    recent[arrived % recentlySeen] = index;
    arrived++;
    return person(index);
  };

  const anyone = (chooser: Random) => seen(member(integer(chooser, 0, people - 1)));

  const warmUp = () => {
    const mixed = permutation(random.fork('warm sessions'), people);
    for (let n = 0; n < sessionsHeld; n++) sessions.put(member(mixed(n)));
    for (let n = sessionsHeld - recentlySeen; n < sessionsHeld; n++) recent.push(member(mixed(n)));
  };
  warmUp();

  let entries = 0;
  return {
    sessions,
    person,
    newDrop(random) {
      const order = permutation(random, people);
      arrival = (n) => member(order(n));
      entries = 0;
      invited = [];
    },
    visitor: (random) => (chance(random, REGULAR_SHARE) ? person(pick(random, recent)) : anyone(random)),
    passerBy: (random) => (chance(random, 0.5) ? person(pick(random, recent)) : anyone(random)),
    entrant(random) {
      if (chance(random, botShare())) return anyBot(random);
      const again = entries > recentlySeen && chance(random, DUPLICATE_SHARE);
      return again ? person(arrival(integer(random, 0, entries - 1))) : seen(arrival(entries++));
    },
    buyer(random) {
      if (chance(random, botShare())) return anyBot(random);
      return invited.shift() ?? this.passerBy(random);
    },
    invite: (shopper) => void invited.push(shopper),
  };
}

/** An order of so many people: n steps through it are n different ones. */
function permutation(random: Random, people: number): (n: number) => number {
  const offset = integer(random, 0, people - 1);
  let step = integer(random, 100, 3900) * 10 + 1;
  // A step without a factor in common with their number comes by everybody before it repeats; with 40,000 (2 and 5) it has none.
  while (greatestCommonDivisor(step, people) > 1) step++;
  return (n) => (offset + n * step) % people;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
