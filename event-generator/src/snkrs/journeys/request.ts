import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_URL_PATH,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import {
  ATTR_GEO_COUNTRY_ISO_CODE,
  ATTR_SESSION_ID,
  ATTR_USER_AGENT_OS_NAME,
  ATTR_USER_AGENT_SYNTHETIC_TYPE,
  ATTR_USER_ID,
} from '@opentelemetry/semantic-conventions/incubating';
import type { Random } from '../../simulation/random.ts';
import type { DropState } from '../drop-state.ts';
import { Failure } from '../failures.ts';
import type { OperationName } from '../operations/table.ts';
import { log } from '../platform/log.ts';
import { begin } from '../platform/perform.ts';
import type { Platform } from '../platform/platform.ts';
import type { Cause, Scope } from '../platform/scope.ts';
import type { Crowd } from '../shoppers/crowd.ts';
import type { Shopper } from '../shoppers/shopper.ts';
import type { Topics } from '../topics.ts';

/** What a journey has to do with: the platform it calls, the drop that is on, the crowd it is made by. */
export interface Visit {
  readonly platform: Platform;
  readonly drop: DropState;
  readonly crowd: Crowd;
  readonly topics: Topics;
  /** Every decision of the journey is drawn from it. */
  readonly random: Random;
}

/** A request in progress: the gateway's operation, and who asked. */
export interface Request extends Visit {
  readonly shopper: Shopper;
}

/**
 * Sends a shopper's request to the gateway: the root of a trace. A failure of what is asked of the platform is the
 * answer the shopper gets, and the end of it.
 */
export async function request(
  visit: Visit,
  shopper: Shopper,
  operation: OperationName,
  path: string,
  work: (gateway: Scope, request: Request) => Promise<void>,
): Promise<void> {
  const { platform, drop, random } = visit;
  const cause: Cause = { platform, random, region: shopper.region, shopper: shopper.index, tags: tagsOf(drop) };
  const gateway = platform.instances.pick('api-gateway', random, shopper.region);
  const started = platform.clock.now();
  try {
    await begin(cause, gateway, operation, async (inside) => {
      introduce(inside, shopper, drop, path);
      try {
        await work(inside, { ...visit, shopper });
        access(inside, operation, path, 200, started);
      } catch (error) {
        if (error instanceof Failure) access(inside, operation, path, error.kind.http, started);
        throw error;
      }
    });
    drop.ok++;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    drop.errors++;
  }
}

/** On every span of a drop. */
export function tagsOf({ id, phase }: DropState): Cause['tags'] {
  if (tags['snkrs.drop.id'] !== id || tags['snkrs.phase'] !== phase)
    tags = { 'snkrs.drop.id': id, 'snkrs.phase': phase };
  return tags;
}

let tags: Readonly<Attributes> = {};

function introduce(gateway: Scope, shopper: Shopper, drop: DropState, path: string): void {
  gateway.setAll({
    [ATTR_URL_PATH]: path,
    [ATTR_CLIENT_ADDRESS]: shopper.address,
    [ATTR_USER_AGENT_ORIGINAL]: shopper.userAgent,
    [ATTR_USER_AGENT_OS_NAME]: shopper.os,
    [ATTR_GEO_COUNTRY_ISO_CODE]: shopper.country,
    [ATTR_USER_ID]: shopper.userId,
    [ATTR_SESSION_ID]: sessionOf(shopper, drop),
    'snkrs.user.tier': shopper.tier,
  });
  if (shopper.userAgent.startsWith('python')) gateway.set(ATTR_USER_AGENT_SYNTHETIC_TYPE, 'bot');
}

/** A shopper has one session a drop. */
export function sessionOf(shopper: Shopper, drop: DropState): string {
  return `ses_${shopper.userId.slice(4)}_${drop.cycle}`;
}

function access(inside: Scope, operation: OperationName, path: string, status: number, started: number): void {
  const { row } = inside.cause.platform.operation(operation);
  const took = inside.cause.platform.clock.now() - started;
  const attributes: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: row.attributes[ATTR_HTTP_REQUEST_METHOD],
    [ATTR_URL_PATH]: path,
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
  };
  log(inside, 'INFO', 'snkrs.access', `${row.span} ${status} in ${Math.round(took)} ms`, attributes);
}
