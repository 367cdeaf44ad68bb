import type { Attributes } from '@opentelemetry/api';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import type { Slice } from '../simulation/slice.ts';
import type { InstanceSpec } from './telemetry.ts';

/** The resource attribute that tells the rows of one run from those of another. */
const ATTR_RUN_ID = 'snkrs.run.id';

/** Tells the parts of a run apart that several threads or machines make: of a run in one part, nothing. */
export function shardAttributes({ index, count }: Slice): Attributes {
  return count === 1 ? {} : { 'snkrs.shard.index': index };
}

/** The Resource of one service instance: who it is, where it runs, and which run made it (`telemetry.sdk.*` included). */
export function createResource(
  service: { name: string; version: string },
  instance: InstanceSpec,
  runId: string,
): Resource {
  return defaultResource().merge(
    resourceFromAttributes({
      [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: 'playground',
      ...instance.attributes,
      [ATTR_SERVICE_NAME]: service.name,
      [ATTR_SERVICE_VERSION]: service.version,
      [ATTR_SERVICE_NAMESPACE]: 'snkrs',
      [ATTR_SERVICE_INSTANCE_ID]: instance.id,
      [ATTR_RUN_ID]: runId,
    }),
  );
}
