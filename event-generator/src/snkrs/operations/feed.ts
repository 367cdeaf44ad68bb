import { postgres, redis, rpc } from './protocols.ts';

/** The feed of coming and past drops. */
export const FEED = {
  'feed.get_feed': rpc('feed-service', 'get_feed', { latency: { p50: 6, p99: 12 } }),
  'feed.redis.get_feed_cache': redis('feed-service', 'feed', {
    span: 'redis.get feed_cache',
    backend: 'redis-catalog',
    text: 'GET feed:?',
    latency: { p50: 7, p99: 12 },
  }),
  'feed.postgres.query_feed_items': postgres('feed-service', 'feed_items', {
    span: 'postgres.query feed_items',
    backend: 'postgres-feed',
    text: 'SELECT id, sku, title, published_at FROM feed_items WHERE region = $1 ORDER BY published_at DESC LIMIT 20',
    latency: { p50: 17, p99: 28 },
  }),
} as const;
