import { chance } from '../../simulation/distributions.ts';
import type { Sneaker } from '../catalog.ts';
import type { Request } from '../journeys/request.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import type { Scope } from '../platform/scope.ts';

/** How many of 100 images the edge nearest to the shopper has not kept. */
const CDN_MISS_SHARE = 0.06;

/** Pictures, description and stock of a sneaker. */
export async function getProduct(gateway: Scope, { drop, random }: Request, sneaker: Sneaker): Promise<void> {
  await perform(gateway, 'product.get_product', async (product) => {
    product.span.setAttribute('snkrs.sku', sneaker.sku);

    await perform(product, 'product.cdn.get_images', async (cdn) => {
      const miss = chance(random, CDN_MISS_SHARE);
      cdn.span.setAttribute('snkrs.cdn.cache_status', miss ? 'MISS' : 'HIT');
      if (miss) await perform(cdn, 'product.cdn.fetch_origin');
    });

    await perform(product, 'product.redis.get_product_cache');
    log(product, 'DEBUG', 'snkrs.product.loaded', `Product ${sneaker.sku} served from cache`, {
      'snkrs.sku': sneaker.sku,
    });

    await perform(product, 'inventory.get_stock', (inventory) => {
      inventory.span.setAttribute('snkrs.sku', sneaker.sku);
      inventory.span.setAttribute('snkrs.inventory.left', sneaker === drop.sneaker ? drop.inventory.left : 0);
    });
  });
}
