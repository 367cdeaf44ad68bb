import { internal, postgres, redis, rpc } from './protocols.ts';

/** Who is asking, and may they? */
export const AUTH = {
  'auth.validate_request': rpc('auth-service', 'validate_request', { latency: { p50: 1, p99: 5 } }),
  'auth.redis.get_session': redis('auth-service', 'session', {
    span: 'redis.get session',
    backend: 'redis-sessions',
    text: 'GET session:?',
    latency: { p50: 8.5, p99: 85 },
  }),
  'auth.postgres.query_users': postgres('auth-service', 'users', {
    span: 'postgres.query users',
    backend: 'postgres-users',
    text: 'SELECT id, email, tier, standing FROM users WHERE id = $1',
    latency: { p50: 62, p99: 140 },
  }),
  'auth.verify_jwt': internal('auth-service', 'verify_jwt', { latency: { p50: 13, p99: 50 } }),
  'auth.check_account_standing': internal('auth-service', 'check_account_standing', { latency: { p50: 5.5, p99: 36 } }),
} as const;
