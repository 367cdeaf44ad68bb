import { dynamodb, internal, process, produce, redis, rpc } from './protocols.ts';

/** Entering the draw, and what becomes of the entries. */
export const DRAW = {
  'draw.enter_draw': rpc('draw-service', 'enter_draw', { latency: { p50: 3, p99: 10 } }),
  'draw.validate_entry_window': internal('draw-service', 'validate_entry_window', { latency: { p50: 9, p99: 58 } }),
  'draw.redis.get_entry_dedup': redis('draw-service', 'entry_dedup', {
    span: 'redis.get entry_dedup',
    backend: 'redis-sessions',
    text: 'GET draw:?:entry:?',
    latency: { p50: 7.2, p99: 50 },
  }),
  'draw.kafka.produce_draw_entries': produce('draw-service', 'draw_entries', { latency: { p50: 19, p99: 80 } }),
  'draw.dynamodb.put_draw_entries': dynamodb('draw-service', 'PutItem', 'draw_entries', {
    span: 'dynamodb.put draw_entries',
    backend: 'dynamodb-draws',
    text: 'PutItem draw_entries',
    latency: { p50: 20, p99: 76 },
  }),
  'draw.process_draw_entries': process('draw-service', 'draw_entries', 'draw-processor', {
    latency: { p50: 4, p99: 12 },
  }),
  'draw.select_winners': internal('draw-service', 'select_winners', { latency: { p50: 8, p99: 25 } }),
  'draw.dynamodb.write_draw_results': dynamodb('draw-service', 'BatchWriteItem', 'draw_results', {
    span: 'dynamodb.write draw_results',
    backend: 'dynamodb-results',
    text: 'BatchWriteItem draw_results',
    latency: { p50: 24, p99: 70 },
  }),
  'draw.kafka.produce_draw_winners': produce('draw-service', 'draw_winners', { latency: { p50: 12, p99: 40 } }),
  'draw.kafka.produce_draw_losers': produce('draw-service', 'draw_losers', { latency: { p50: 12, p99: 40 } }),
} as const;
