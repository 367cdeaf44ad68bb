import { chance } from '../../simulation/distributions.ts';
import { perform } from '../platform/perform.ts';
import { request, type Visit } from './visit.ts';

/** The feed of a region is kept for a while; how many of 100 come when it has just run out. */
const FEED_MISS_SHARE = 0.3;

/** A shopper scrolls through the feed, for which nobody needs to sign in. */
export async function loadFeed(visit: Visit): Promise<void> {
  const shopper = visit.crowd.visitor(visit.random);

  await request(visit, shopper, 'gateway.feed', '/v1/feed', async (gateway, { random }) => {
    await perform(gateway, 'feed.get_feed', async (feed) => {
      await perform(feed, 'feed.redis.get_feed_cache');
      if (chance(random, FEED_MISS_SHARE)) await perform(feed, 'feed.postgres.query_feed_items');
    });
  });
}
