/** Where the platform runs, and the share of shoppers each region serves. */
export const REGIONS = [
  { name: 'us-east-1', zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'], weight: 50 },
  { name: 'us-west-2', zones: ['us-west-2a', 'us-west-2b'], weight: 30 },
  { name: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1b'], weight: 20 },
] as const;

export type Region = (typeof REGIONS)[number];
export type RegionName = Region['name'];
