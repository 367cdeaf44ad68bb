import {
  ATTR_CLOUD_ACCOUNT_ID,
  ATTR_CLOUD_AVAILABILITY_ZONE,
  ATTR_CLOUD_PLATFORM,
  ATTR_CLOUD_PROVIDER,
  ATTR_CLOUD_REGION,
  ATTR_HOST_NAME,
  ATTR_K8S_CLUSTER_NAME,
  ATTR_K8S_DEPLOYMENT_NAME,
  ATTR_K8S_NAMESPACE_NAME,
  ATTR_K8S_NODE_NAME,
  ATTR_K8S_POD_NAME,
} from '@opentelemetry/semantic-conventions/incubating';
import { createRandom } from '../simulation/random.ts';
import { type Slice, WHOLE } from '../simulation/slice.ts';
import { shardAttributes } from '../telemetry/resource.ts';
import type { InstanceSpec, ServiceSpec } from '../telemetry/telemetry.ts';
import { REGIONS } from './regions.ts';

interface ServiceRow {
  readonly version: string;
  readonly canary?: string;
  readonly copies: readonly number[];
}

/**
 * A row a service: its version, and how many copies run in us-east-1, us-west-2 and eu-west-1. Where there is a canary, the last copy in
 * us-east-1 runs that version, the next one.
 */
const TABLE = {
  'api-gateway': { version: '4.12.0', canary: '4.13.0', copies: [3, 2, 1] },
  'auth-service': { version: '2.8.3', copies: [3, 2, 1] },
  'product-service': { version: '3.4.1', canary: '3.5.0', copies: [2, 1, 1] },
  'feed-service': { version: '1.9.0', copies: [1, 1, 1] },
  'draw-service': { version: '5.2.0', copies: [2, 1, 1] },
  'inventory-service': { version: '3.1.4', copies: [2, 1, 1] },
  'payment-service': { version: '6.0.2', copies: [2, 1, 1] },
  'fraud-detection': { version: '0.14.7', copies: [1, 1, 1] },
  'order-service': { version: '2.3.5', canary: '2.4.0', copies: [2, 1, 1] },
  'notification-service': { version: '1.16.2', copies: [2, 1, 1] },
} as const satisfies Record<string, ServiceRow>;

export type ServiceName = keyof typeof TABLE;

/** Letters and digits as Kubernetes hashes its pods' names with: no vowels, nothing that looks like another. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

type Service = ServiceSpec & { readonly name: ServiceName };

/** The platform: every service with its instances, the same in every run. */
export const SERVICES: readonly Service[] = servicesOf(WHOLE);

/**
 * The platform as a slice runs it: each brings the table's copies up again, further ones of the same deployments, so that no
 * two slices speak under one `service.instance.id`. Those of slice 0 are the whole platform's.
 */
export function servicesOf(slice: Slice): readonly Service[] {
  return Object.entries<ServiceRow>(TABLE).map(([name, { version, canary, copies }]) => ({
    // Object.entries forgets that the keys are the table's.
    name: name as ServiceName,
    version,
    instances: REGIONS.flatMap((region, r) => {
      const length = copies[r] ?? 0;
      return Array.from({ length }, (_, copy) => {
        const isCanary = canary !== undefined && r === 0 && copy === length - 1;
        const spec = instance(name, isCanary ? canary : version, region, slice.index * length + copy);
        return { ...spec, attributes: { ...spec.attributes, ...shardAttributes(slice) } };
      });
    }),
  }));
}

function instance(service: string, version: string, region: (typeof REGIONS)[number], copy: number): InstanceSpec {
  const zone = region.zones[copy % region.zones.length] ?? region.zones[0];
  const pod = `${service}-${hash(`${service}@${version}`, 9)}-${hash(`${service}/${region.name}/${copy}`, 5)}`;
  const node = `ip-10-${REGIONS.indexOf(region)}-${copy + 16}-${service.length * 7}.${region.name}.compute.internal`;
  return {
    id: pod,
    version,
    attributes: {
      [ATTR_HOST_NAME]: node,
      [ATTR_CLOUD_PROVIDER]: 'aws',
      [ATTR_CLOUD_PLATFORM]: 'aws_eks',
      [ATTR_CLOUD_ACCOUNT_ID]: '000000000000',
      [ATTR_CLOUD_REGION]: region.name,
      [ATTR_CLOUD_AVAILABILITY_ZONE]: zone,
      [ATTR_K8S_CLUSTER_NAME]: `snkrs-${region.name}`,
      [ATTR_K8S_NAMESPACE_NAME]: 'snkrs',
      [ATTR_K8S_DEPLOYMENT_NAME]: service,
      [ATTR_K8S_NODE_NAME]: node,
      [ATTR_K8S_POD_NAME]: pod,
    },
  };
}

function hash(seed: string, length: number): string {
  const random = createRandom(seed);
  return Array.from({ length }, () => SAFE[random.uint32() % SAFE.length]).join('');
}
