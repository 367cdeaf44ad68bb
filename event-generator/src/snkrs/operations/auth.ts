import { internal, postgres, redis, rpc } from './protocols.ts';

/** Who is asking, and may they? */
export const AUTH = {
  'auth.validate_request': rpc('auth-service', 'validate_request', { latency: { p50: 1, p99: 5 } }),
  'auth.redis.get_session': redis('auth-service', 'session', {
    span: 'redis.get session',
    backend: 'redis-sessions',
    text: 'GET session:?',
    latency: { p50: 9.5, p99: 82 },
  }),
  'auth.postgres.query_users': postgres('auth-service', 'users', {
    span: 'postgres.query users',
    backend: 'postgres-users',
    text: 'SELECT id, email, tier, standing FROM users WHERE id = $1',
    latency: { p50: 58, p99: 125 },
  }),
  'auth.verify_jwt': internal('auth-service', 'verify_jwt', { latency: { p50: 13.5, p99: 48 } }),
  'auth.check_account_standing': internal('auth-service', 'check_account_standing', { latency: { p50: 5, p99: 32 } }),
} as const;
