/** A shoe that is dropped, in one colorway. */
export interface Sneaker {
  readonly sku: string;
  readonly name: string;
  readonly colorway: string;
  /** In US cents. */
  readonly price: number;
}

/** Every drop sells the next of these. */
export const CATALOG: readonly Sneaker[] = [
  { sku: 'SN-1985-601', name: 'Skyline 1 High', colorway: 'Varsity Red', price: 18_000 },
  { sku: 'SN-2207-104', name: 'Metro Runner 90', colorway: 'Infrared', price: 14_000 },
  { sku: 'SN-3391-020', name: 'Court Dunker Low', colorway: 'Panda', price: 11_500 },
  { sku: 'SN-1987-400', name: 'Skyline 4 Retro', colorway: 'Midnight Navy', price: 21_500 },
  { sku: 'SN-4410-777', name: 'Cloudfoil 97', colorway: 'Silver Bullet', price: 18_500 },
  { sku: 'SN-2208-310', name: 'Metro Runner 95', colorway: 'Neon', price: 18_500 },
  { sku: 'SN-3395-163', name: 'Court Dunker High', colorway: 'Syracuse Orange', price: 13_500 },
  { sku: 'SN-1990-005', name: 'Skyline 11 Retro', colorway: 'Concord', price: 23_000 },
  { sku: 'SN-5120-218', name: 'Trailbreaker GTX', colorway: 'Moss', price: 16_000 },
  { sku: 'SN-4415-061', name: 'Cloudfoil Plus', colorway: 'Hyper Blue', price: 18_000 },
  { sku: 'SN-6001-100', name: 'Off-Grid Blazer', colorway: 'Grim Reaper', price: 13_000 },
  { sku: 'SN-1986-162', name: 'Skyline 3 Retro', colorway: 'White Cement', price: 20_000 },
];

/** US sizes, and how many of 100 shoppers wear each. */
export const SIZES = [
  { size: '7', weight: 5 },
  { size: '8', weight: 10 },
  { size: '8.5', weight: 11 },
  { size: '9', weight: 14 },
  { size: '9.5', weight: 13 },
  { size: '10', weight: 15 },
  { size: '10.5', weight: 11 },
  { size: '11', weight: 10 },
  { size: '12', weight: 7 },
  { size: '13', weight: 4 },
] as const;

export type Size = (typeof SIZES)[number]['size'];
