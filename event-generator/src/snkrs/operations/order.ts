import { internal, postgres, process, produce, rpc } from './protocols.ts';

/** From a paid pair to a parcel. */
export const ORDER = {
  'order.create_order': rpc('order-service', 'create_order', { latency: { p50: 3, p99: 10 } }),
  'order.postgres.insert_orders': postgres('order-service', 'orders', {
    span: 'postgres.insert orders',
    backend: 'postgres-orders',
    text: 'INSERT INTO orders (id, user_id, sku, size, charge_id, status) VALUES ($1, $2, $3, $4, $5, $6)',
    latency: { p50: 24, p99: 65 },
  }),
  'order.kafka.produce_order_created': produce('order-service', 'order_created', { latency: { p50: 12, p99: 46 } }),
  'order.get_order': rpc('order-service', 'get_order', { latency: { p50: 2, p99: 8 } }),
  'order.postgres.query_orders': postgres('order-service', 'orders', {
    span: 'postgres.query orders',
    backend: 'postgres-orders',
    text: 'SELECT id, status, sku, size FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1',
    latency: { p50: 15, p99: 45 },
  }),
  'order.process_order_created': process('order-service', 'order_created', 'fulfilment', {
    latency: { p50: 5, p99: 15 },
  }),
  'order.allocate_warehouse': internal('order-service', 'allocate_warehouse', { latency: { p50: 30, p99: 90 } }),
  'order.postgres.update_orders': postgres('order-service', 'orders', {
    span: 'postgres.update orders',
    backend: 'postgres-orders',
    text: 'UPDATE orders SET status = $1, warehouse = $2 WHERE id = $3',
    latency: { p50: 20, p99: 60 },
  }),
} as const;
