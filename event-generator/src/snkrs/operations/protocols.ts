import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_NAMESPACE,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_QUERY_TEXT,
  ATTR_DB_SYSTEM_NAME,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_ROUTE,
  ATTR_RPC_METHOD,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import {
  ATTR_MESSAGING_CONSUMER_GROUP_NAME,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM_NAME,
  ATTR_URL_TEMPLATE,
} from '@opentelemetry/semantic-conventions/incubating';
import type { LogNormal } from '../../simulation/distributions.ts';
import type { BackendName } from '../backends.ts';
import type { ServiceName } from '../services.ts';
import type { ErrorOdds, Operation } from './operation.ts';

interface Costs {
  readonly latency: LogNormal;
  readonly errors?: readonly ErrorOdds[];
}

/** A request from outside: the root of a trace. */
export function http(service: ServiceName, method: 'GET' | 'POST', route: string, costs: Costs): Operation {
  const by = { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_HTTP_ROUTE]: route, [ATTR_URL_SCHEME]: 'https' };
  return {
    ...costs,
    service,
    span: `${method} ${route}`,
    kind: SpanKind.SERVER,
    backend: 'threads',
    attributes: { ...by, [ATTR_SERVER_ADDRESS]: 'api.snkrs.example', [ATTR_SERVER_PORT]: 443 },
    measured: { as: 'http', by },
  };
}

/** A gRPC method of `service`: a SERVER span there, under a CLIENT span of whoever calls. */
export function rpc(service: ServiceName, method: string, costs: Costs & { readonly caller?: string }): Operation {
  const { caller, ...own } = costs;
  const name = `snkrs.v1.${pascal(service)}/${pascal(method)}`;
  const by = { [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: name };
  const address = { [ATTR_SERVER_ADDRESS]: `${service}.snkrs.svc.cluster.local`, [ATTR_SERVER_PORT]: 9090 };
  return {
    ...own,
    service,
    span: method,
    kind: SpanKind.SERVER,
    backend: 'threads',
    attributes: { ...by, ...address },
    client: { span: caller ?? name, attributes: { ...by, ...address } },
    measured: { as: 'rpc', by },
  };
}

/** `auth-service` and `validate_request` as protobuf names services and methods: AuthService, ValidateRequest. */
function pascal(name: string): string {
  return name.replace(/(?:^|[-_])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A step inside a service. */
export function internal(service: ServiceName, span: string, costs: Costs): Operation {
  return { ...costs, service, span, kind: SpanKind.INTERNAL, backend: 'cpu', attributes: {} };
}

interface Store extends Costs {
  /** The span's name: who is asked, for what, about what. */
  readonly span: string;
  readonly backend: BackendName;
  /** The command as sent, with placeholders for values. */
  readonly text: string;
}

/** A command of Redis: its first word is the operation. `keys` names what the keys hold. */
export function redis(service: ServiceName, keys: string, store: Store): Operation {
  const command = store.text.split(' ')[0] ?? '';
  return database(service, 'redis', command, keys, store, { [ATTR_DB_NAMESPACE]: '0', [ATTR_SERVER_PORT]: 6379 });
}

/** A statement of PostgreSQL on one table: its first word is the operation. */
export function postgres(service: ServiceName, table: string, store: Store): Operation {
  const verb = store.text.split(' ')[0] ?? '';
  return database(service, 'postgresql', verb, table, store, {
    [ATTR_DB_NAMESPACE]: 'snkrs',
    [ATTR_SERVER_PORT]: 5432,
  });
}

/** An action of DynamoDB's API on one table. */
export function dynamodb(service: ServiceName, action: string, table: string, store: Store): Operation {
  return database(service, 'aws.dynamodb', action, table, store, { [ATTR_SERVER_PORT]: 443 });
}

function database(
  service: ServiceName,
  system: string,
  operation: string,
  collection: string,
  { span, backend, text, ...costs }: Store,
  more: Operation['attributes'],
): Operation {
  const by = {
    [ATTR_DB_SYSTEM_NAME]: system,
    [ATTR_DB_OPERATION_NAME]: operation,
    // Redis has keys, not collections.
    ...(system === 'redis' ? {} : { [ATTR_DB_COLLECTION_NAME]: collection }),
    [ATTR_SERVER_ADDRESS]: system === 'aws.dynamodb' ? 'dynamodb.us-east-1.amazonaws.com' : `${backend}.snkrs.internal`,
  };
  return {
    ...costs,
    service,
    span,
    kind: SpanKind.CLIENT,
    backend,
    attributes: {
      ...by,
      ...more,
      [ATTR_DB_QUERY_SUMMARY]: `${operation} ${collection}`,
      [ATTR_DB_QUERY_TEXT]: text,
    },
    measured: { as: 'db', by },
  };
}

interface Remote extends Costs {
  readonly span: string;
  readonly backend: BackendName;
  readonly method: 'GET' | 'POST';
  readonly host: string;
  /** `url.template`: the path with its variables left open. With a `{sku}` in it, whoever performs the operation sets `url.full`. */
  readonly path: string;
}

/** An HTTP call to somebody else's service. */
export function external(service: ServiceName, { span, backend, method, host, path, ...costs }: Remote): Operation {
  return {
    ...costs,
    service,
    span,
    kind: SpanKind.CLIENT,
    backend,
    attributes: {
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_SERVER_ADDRESS]: host,
      [ATTR_SERVER_PORT]: 443,
      [ATTR_URL_SCHEME]: 'https',
      [ATTR_URL_TEMPLATE]: path,
      ...(path.includes('{sku}') ? {} : { [ATTR_URL_FULL]: `https://${host}${path.replace('{token}', 'REDACTED')}` }),
    },
  };
}

/** Sending a message to a topic of Kafka. */
export function produce(service: ServiceName, topic: string, costs: Costs): Operation {
  return {
    ...costs,
    service,
    span: `kafka.produce ${topic}`,
    kind: SpanKind.PRODUCER,
    backend: 'kafka',
    attributes: messaging(topic, 'send'),
  };
}

/** Handling a batch of messages of a topic: the root of a trace, linked to those that sent them. */
export function process(service: ServiceName, topic: string, group: string, costs: Costs): Operation {
  return {
    ...costs,
    service,
    span: `process ${topic}`,
    kind: SpanKind.CONSUMER,
    backend: 'threads',
    attributes: { ...messaging(topic, 'process'), [ATTR_MESSAGING_CONSUMER_GROUP_NAME]: group },
  };
}

function messaging(topic: string, operation: 'send' | 'process'): Operation['attributes'] {
  return {
    [ATTR_MESSAGING_SYSTEM_NAME]: 'kafka',
    [ATTR_MESSAGING_OPERATION_TYPE]: operation,
    [ATTR_MESSAGING_OPERATION_NAME]: operation,
    [ATTR_MESSAGING_DESTINATION_NAME]: topic,
    [ATTR_SERVER_ADDRESS]: 'kafka.snkrs.internal',
    [ATTR_SERVER_PORT]: 9092,
  };
}
