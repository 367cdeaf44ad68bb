import { ATTR_SERVER_ADDRESS, ATTR_URL_FULL } from '@opentelemetry/semantic-conventions';
import { ATTR_URL_TEMPLATE } from '@opentelemetry/semantic-conventions/incubating';
import { chance } from '../../simulation/distributions.ts';
import type { Sneaker } from '../catalog.ts';
import type { Request } from '../journeys/request.ts';
import type { OperationName } from '../operations/table.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import type { Scope } from '../platform/scope.ts';

/** Pictures, description and stock of a sneaker. */
export async function getProduct(gateway: Scope, { drop, random }: Request, sneaker: Sneaker): Promise<void> {
  await perform(gateway, 'product.get_product', async (product) => {
    product.set('snkrs.sku', sneaker.sku);

    await perform(product, 'product.cdn.get_images', async (cdn) => {
      setUrl(cdn, 'product.cdn.get_images', sneaker);
      const miss = chance(random, cdn.cause.platform.overlay.knob('cdn.misses', cdn));
      cdn.set('snkrs.cdn.cache_status', miss ? 'MISS' : 'HIT');
      if (miss) {
        await perform(cdn, 'product.cdn.fetch_origin', (origin) => setUrl(origin, 'product.cdn.fetch_origin', sneaker));
      }
    });

    await perform(product, 'product.redis.get_product_cache');
    log(product, 'DEBUG', 'snkrs.product.loaded', `Product ${sneaker.sku} served from cache`, {
      'snkrs.sku': sneaker.sku,
      'snkrs.cache.hit': true,
    });

    await perform(product, 'inventory.get_stock', (inventory) => {
      inventory.set('snkrs.sku', sneaker.sku);
      inventory.set('snkrs.inventory.left', sneaker === drop.sneaker ? drop.inventory.left : 0);
    });
  });
}

function setUrl(request: Scope, operation: OperationName, sneaker: Sneaker): void {
  const { attributes } = request.cause.platform.operation(operation).row;
  const path = String(attributes[ATTR_URL_TEMPLATE]).replace('{sku}', sneaker.sku);
  request.set(ATTR_URL_FULL, `https://${attributes[ATTR_SERVER_ADDRESS]}${path}`);
}
