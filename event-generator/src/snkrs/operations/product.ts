import { external, redis, rpc } from './protocols.ts';

/** The product page. */
export const PRODUCT = {
  'product.get_product': rpc('product-service', 'get_product', { latency: { p50: 2, p99: 8 } }),
  'product.cdn.get_images': external('product-service', {
    span: 'cdn.get images',
    backend: 'cdn',
    method: 'GET',
    host: 'images.snkrs-cdn.example',
    path: '/p/{sku}/hero.avif',
    latency: { p50: 13, p99: 42 },
  }),
  'product.cdn.fetch_origin': external('product-service', {
    span: 'cdn.fetch origin',
    backend: 'cdn',
    method: 'GET',
    host: 'snkrs-images.s3.us-east-1.amazonaws.com',
    path: '/p/{sku}/hero.avif',
    latency: { p50: 45, p99: 85 },
  }),
  'product.redis.get_product_cache': redis('product-service', 'product', {
    span: 'redis.get product_cache',
    backend: 'redis-catalog',
    text: 'GET product:?',
    latency: { p50: 7, p99: 55 },
  }),
} as const;
