import { http } from './protocols.ts';

/** What shoppers ask the platform for: each the root of a journey's trace. */
export const GATEWAY = {
  'gateway.draw.enter': http('api-gateway', 'POST', '/v1/draw/enter', { latency: { p50: 12, p99: 40 } }),
  'gateway.checkout': http('api-gateway', 'POST', '/v1/checkout', { latency: { p50: 12, p99: 40 } }),
  'gateway.products.get': http('api-gateway', 'GET', '/v1/products/{id}', { latency: { p50: 4, p99: 15 } }),
  'gateway.account.profile': http('api-gateway', 'GET', '/v1/account/profile', { latency: { p50: 3, p99: 8 } }),
  'gateway.feed': http('api-gateway', 'GET', '/v1/feed', { latency: { p50: 5, p99: 14 } }),
  'gateway.orders.get': http('api-gateway', 'GET', '/v1/orders/{id}', { latency: { p50: 5, p99: 14 } }),
} as const;
