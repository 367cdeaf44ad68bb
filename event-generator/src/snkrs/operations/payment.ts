import { external, internal, postgres, rpc } from './protocols.ts';

/** Taking the money. */
export const PAYMENT = {
  'payment.process_payment': rpc('payment-service', 'process_payment', { latency: { p50: 3, p99: 10 } }),
  'payment.validate_payment_method': internal('payment-service', 'validate_payment_method', {
    latency: { p50: 12, p99: 42 },
    errors: [{ failure: 'payment_method_rejected', odds: 0.03 }],
  }),
  'payment.stripe.charge': external('payment-service', {
    span: 'stripe.charge',
    backend: 'stripe',
    method: 'POST',
    host: 'api.stripe.com',
    path: '/v1/charges',
    latency: { p50: 188, p99: 305 },
    errors: [{ failure: 'stripe_timeout', odds: 0.1, latency: { p50: 330, p99: 400 } }],
  }),
  'payment.postgres.insert_transactions': postgres('payment-service', 'transactions', {
    span: 'postgres.insert transactions',
    backend: 'postgres-payments',
    text: 'INSERT INTO transactions (id, charge_id, user_id, amount, currency) VALUES ($1, $2, $3, $4, $5)',
    latency: { p50: 18, p99: 65 },
  }),
  'payment.refund_payment': rpc('payment-service', 'refund_payment', { latency: { p50: 3, p99: 10 } }),
  'payment.stripe.refund': external('payment-service', {
    span: 'stripe.refund',
    backend: 'stripe-refunds',
    method: 'POST',
    host: 'api.stripe.com',
    path: '/v1/refunds',
    latency: { p50: 160, p99: 300 },
  }),
} as const;
