import { ATTR_USER_ID } from '@opentelemetry/semantic-conventions/incubating';
import { integer } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';
import { Failure } from '../failures.ts';
import type { Request } from '../journeys/request.ts';
import { attempt } from '../platform/attempt.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { retrying } from '../platform/retrying.ts';
import type { Scope } from '../platform/scope.ts';

/** A fraud score above this, of 100, holds a payment. */
const FRAUD_LIMIT = 85;

/** Charges the shopper: the id of the charge, which is paid when this returns. */
export async function processPayment(gateway: Scope, request: Request): Promise<string> {
  const { shopper, drop, random } = request;
  return perform(gateway, 'payment.process_payment', async (payment) => {
    payment.set(ATTR_USER_ID, shopper.userId);
    payment.set('snkrs.payment.amount', drop.sneaker.price);
    payment.set('snkrs.payment.currency', 'USD');
    try {
      await perform(payment, 'payment.validate_payment_method');
      await checkFraud(payment, random);
      const charge = await chargeCard(payment, random);
      await record(payment, charge);
      count(payment, 'paid');
      log(payment, 'INFO', 'snkrs.payment.paid', `Payment of ${(drop.sneaker.price / 100).toFixed(2)} USD taken`, {
        'snkrs.payment.charge_id': charge,
      });
      return charge;
    } catch (error) {
      if (error instanceof Failure) count(payment, error.kind.type);
      throw error;
    }
  });
}

async function checkFraud(payment: Scope, random: Random): Promise<void> {
  await perform(payment, 'fraud.score_check', (fraud) => {
    const shift = fraud.cause.platform.overlay.knob('fraud.shift', fraud);
    const score = Math.max(1, Math.min(100, integer(random, 1, 100) + Math.round(shift)));
    fraud.set('snkrs.fraud.score', score);
    if (score > FRAUD_LIMIT) throw new Failure('fraud_score_high');
  });
}

async function chargeCard(payment: Scope, random: Random): Promise<string> {
  const charge = (stripe: Scope) => {
    const id = `ch_${random.uint32().toString(36)}${random.uint32().toString(36)}`;
    stripe.set('snkrs.payment.charge_id', id);
    return id;
  };
  const retries = payment.cause.platform.overlay.knob('stripe.retries', payment);
  return retrying(retries, () => perform(payment, 'payment.stripe.charge', charge));
}

/** Money that is taken and cannot be written down is given back. */
async function record(payment: Scope, charge: string): Promise<void> {
  try {
    await perform(payment, 'payment.postgres.insert_transactions');
  } catch (error) {
    await attempt(refund(payment, charge));
    throw error;
  }
}

/** Gives the money for an order back that could not be made. */
export async function refundPayment(gateway: Scope, charge: string): Promise<void> {
  await attempt(perform(gateway, 'payment.refund_payment', (payment) => refund(payment, charge)));
}

async function refund(payment: Scope, charge: string): Promise<void> {
  await perform(payment, 'payment.stripe.refund', (stripe) => {
    stripe.set('snkrs.payment.charge_id', charge);
  });
  count(payment, 'refunded');
  log(payment, 'WARN', 'snkrs.payment.refunded', `Charge ${charge} refunded`, { 'snkrs.payment.charge_id': charge });
}

function count({ instance }: Scope, outcome: string): void {
  instance.instruments.payments.add(1, { 'snkrs.payment.outcome': outcome });
}
