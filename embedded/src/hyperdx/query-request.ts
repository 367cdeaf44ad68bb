import { isRefusedSetting } from './sql-guard.ts';

/**
 * Parameters of ClickHouse's HTTP interface that are not settings: who is asking, in which session, what about, and how the
 * body is packed. The gateway decides those; `query` would go in front of the body that was checked.
 */
const OWN_PARAMETERS: ReadonlySet<string> = new Set([
  'user',
  'password',
  'role',
  'quota_key',
  'database',
  'query',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'compress',
  'decompress',
  'stacktrace',
  'client_protocol_version',
  'add_http_cors_header',
  'http_response_headers',
  'log_comment',
  'readonly',
]);

/** What of a page's query is passed on. */
export interface QueryParameters {
  /** For ClickHouse's URL: settings, `query_id`, `default_format`, substitutions. */
  readonly passed: URLSearchParams;
  /** The values of the substitutions `param_…`. */
  readonly substitutions: readonly string[];
}

/** Leaves out of `sent` what is the gateway's to say; the reader's profile bounds the settings that remain. */
export function passedParameters(sent: URLSearchParams): QueryParameters {
  const passed = new URLSearchParams();
  const substitutions: string[] = [];
  for (const [name, value] of sent) {
    if (name.startsWith('param_')) substitutions.push(value);
    else if (!/^[a-z][a-z0-9_]*$/.test(name) || OWN_PARAMETERS.has(name) || isRefusedSetting(name)) continue;
    passed.append(name, value);
  }
  return { passed, substitutions };
}
