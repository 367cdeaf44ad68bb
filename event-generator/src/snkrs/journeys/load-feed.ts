import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { request, type Visit } from './request.ts';

/** A shopper scrolls through the feed, for which nobody needs to sign in. */
export async function loadFeed(visit: Visit): Promise<void> {
  const shopper = visit.crowd.visitor(visit.random);

  await request(visit, shopper, 'gateway.feed', '/v1/feed', async (gateway) => {
    await perform(gateway, 'feed.get_feed', async (feed) => {
      await perform(feed, 'feed.redis.get_feed_cache');
      await perform(feed, 'feed.postgres.query_feed_items');
      log(feed, 'DEBUG', 'snkrs.feed.loaded', 'Feed assembled: cached headers, 20 items from Postgres', {
        'snkrs.feed.items': 20,
      });
    });
  });
}
