import { chance, integer, pick, pickWeighted } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';
import { SIZES, type Size } from '../catalog.ts';
import { REGIONS, type RegionName } from '../regions.ts';
import { BOT_USER_AGENTS, DEVICES } from './devices.ts';

/** Somebody with an account: the same index is the same person, in every drop and every run of a seed. */
export interface Shopper {
  readonly index: number;
  readonly userId: string;
  readonly tier: 'member' | 'silver' | 'gold';
  readonly region: RegionName;
  readonly country: string;
  readonly os: string;
  readonly userAgent: string;
  readonly address: string;
  /** The size they wear; bots take whatever resells best. */
  readonly size: Size;
  readonly bot: boolean;
}

const TIERS = [
  { tier: 'member', weight: 70 },
  { tier: 'silver', weight: 22 },
  { tier: 'gold', weight: 8 },
] as const;

const COUNTRIES: Record<RegionName, readonly string[]> = {
  'us-east-1': ['US', 'US', 'US', 'US', 'CA', 'BR'],
  'us-west-2': ['US', 'US', 'US', 'MX', 'JP', 'KR'],
  'eu-west-1': ['GB', 'DE', 'FR', 'ES', 'IT', 'NL'],
};

/** The person behind an index; `random` is their own stream. */
export function createShopper(index: number, random: Random): Shopper {
  const region = pickWeighted(random, REGIONS).name;
  const device = pickWeighted(random, DEVICES);
  return {
    index,
    userId: `usr_${(0x100000 + index * 7919).toString(36).padStart(6, '0')}`,
    tier: pickWeighted(random, TIERS).tier,
    region,
    country: pick(random, COUNTRIES[region]),
    os: device.os,
    userAgent: device.userAgent,
    address: `198.${18 + (random.uint32() % 2)}.${random.uint32() % 256}.${1 + (random.uint32() % 254)}`,
    size: pickWeighted(random, SIZES).size,
    bot: false,
  };
}

/**
 * A bot: one of many accounts made in a row, behind a few addresses of one data centre, on the same worn-out device,
 * after the sizes that resell best. `account` counts the bots.
 */
export function createBot(index: number, account: number, random: Random): Shopper {
  return {
    index,
    userId: `usr_zz${(4096 + account).toString(36)}`,
    tier: 'member',
    region: 'us-east-1',
    country: 'US',
    os: 'Linux',
    userAgent: chance(random, 0.8) ? BOT_USER_AGENTS[0] : pick(random, BOT_USER_AGENTS),
    address: `203.0.113.${integer(random, 10, 17)}`,
    size: pick(random, ['9', '9.5', '10'] as const),
    bot: true,
  };
}
