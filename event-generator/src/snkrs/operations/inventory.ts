import { postgres, redis, rpc } from './protocols.ts';

/** The stock: one counter a size. */
export const INVENTORY = {
  'inventory.get_stock': rpc('inventory-service', 'get_stock', { latency: { p50: 36, p99: 88 } }),
  'inventory.reserve_pair': rpc('inventory-service', 'reserve_pair', { latency: { p50: 8, p99: 24 } }),
  'inventory.redis.decr_stock': redis('inventory-service', 'stock', {
    span: 'redis.decr stock',
    backend: 'redis-stock',
    text: 'DECR stock:?:?',
    latency: { p50: 13, p99: 75 },
  }),
  'inventory.postgres.update_inventory': postgres('inventory-service', 'inventory', {
    span: 'postgres.update inventory',
    backend: 'postgres-inventory',
    text: 'UPDATE inventory SET reserved = reserved + 1 WHERE sku = $1 AND size = $2',
    latency: { p50: 26, p99: 65 },
  }),
  'inventory.release_pair': rpc('inventory-service', 'release_pair', { latency: { p50: 3, p99: 9 } }),
  'inventory.redis.incr_stock': redis('inventory-service', 'stock', {
    span: 'redis.incr stock',
    backend: 'redis-stock',
    text: 'INCR stock:?:?',
    latency: { p50: 10, p99: 60 },
  }),
} as const;
