import { AUTH } from './auth.ts';
import { DRAW } from './draw.ts';
import { FEED } from './feed.ts';
import { FRAUD } from './fraud.ts';
import { GATEWAY } from './gateway.ts';
import { INVENTORY } from './inventory.ts';
import { NOTIFICATION } from './notification.ts';
import type { Operation } from './operation.ts';
import { ORDER } from './order.ts';
import { PAYMENT } from './payment.ts';
import { PRODUCT } from './product.ts';

/** Every operation of the platform, by its service and what it does: `payment.stripe.charge`. */
export const OPERATIONS = {
  ...GATEWAY,
  ...AUTH,
  ...PRODUCT,
  ...FEED,
  ...INVENTORY,
  ...DRAW,
  ...PAYMENT,
  ...FRAUD,
  ...ORDER,
  ...NOTIFICATION,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
