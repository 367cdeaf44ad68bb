import { browseProduct } from './browse-product.ts';
import { checkAccount } from './check-account.ts';
import { checkOrder } from './check-order.ts';
import { checkOut } from './check-out.ts';
import { enterDraw } from './enter-draw.ts';
import { loadFeed } from './load-feed.ts';

/** What shoppers come for. */
export const JOURNEYS = {
  'browse-product': browseProduct,
  'check-account': checkAccount,
  'check-order': checkOrder,
  'check-out': checkOut,
  'enter-draw': enterDraw,
  'load-feed': loadFeed,
} as const;

export type JourneyName = keyof typeof JOURNEYS;
