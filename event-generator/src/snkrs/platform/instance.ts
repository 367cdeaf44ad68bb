import { ATTR_CLOUD_REGION } from '@opentelemetry/semantic-conventions/incubating';
import { type Backend, createBackend } from '../../simulation/backend.ts';
import type { Clock } from '../../simulation/clock.ts';
import { pick } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';
import type { Slice } from '../../simulation/slice.ts';
import type { ServiceInstance, Telemetry } from '../../telemetry/telemetry.ts';
import { BACKENDS, type BackendName, sliceOfBackend } from '../backends.ts';
import { OPERATIONS } from '../operations/table.ts';
import type { RegionName } from '../regions.ts';
import { SERVICES, type ServiceName } from '../services.ts';
import { createInstruments, type Instruments } from './instruments.ts';

/** A running copy of a service: its signals, and the backends it works with. */
export interface Instance extends ServiceInstance {
  /** Its place among the service's instances of the slice. */
  readonly index: number;
  readonly version: string;
  readonly region: string;
  /** How much later its clock is than it is, in milliseconds. */
  skewMs: number;
  readonly instruments: Instruments;
  readonly backends: ReadonlyMap<BackendName, Backend>;
}

/** Every instance of the platform, found by its service. */
export interface Instances {
  readonly all: readonly Instance[];
  /** One of the service's instances in that region; of any region where none is given. */
  pick(service: ServiceName, random: Random, region?: RegionName): Instance;
  /** The first instance of a service: who speaks for what all of them share. */
  first(service: ServiceName): Instance;
}

/** Brings up every service, with the slice's part of every backend. */
export function createInstances(clock: Clock, telemetry: Telemetry, slice: Slice): Instances {
  const shared = new Map<BackendName, Backend>();
  const all: Instance[] = [];
  const byService = new Map<string, Instance[]>();
  const byRegion = new Map<string, Map<string, Instance[]>>();
  for (const service of SERVICES) {
    for (const [index, spec] of service.instances.entries()) {
      const signals = telemetry.instance(service.name, index);
      const instance: Instance = {
        ...signals,
        index,
        version: spec.version ?? service.version,
        skewMs: 0,
        region: String(spec.attributes[ATTR_CLOUD_REGION]),
        instruments: createInstruments(signals),
        backends: backendsOf(service.name, clock, slice, shared),
      };
      all.push(instance);
      append(byService, service.name, instance);
      append(near(byRegion, instance.region), service.name, instance);
    }
  }
  return {
    all,
    pick(service, random, region) {
      const inRegion = region === undefined ? undefined : byRegion.get(region)?.get(service);
      return pick(random, inRegion ?? byService.get(service) ?? []);
    },
    first(service) {
      const instance = byService.get(service)?.[0];
      if (instance === undefined) throw new RangeError(`no instance of ${service}: expected at least one`);
      return instance;
    },
  };
}

function near(byRegion: Map<string, Map<string, Instance[]>>, region: string): Map<string, Instance[]> {
  const services = byRegion.get(region) ?? new Map<string, Instance[]>();
  byRegion.set(region, services);
  return services;
}

function append(lists: Map<string, Instance[]>, key: string, instance: Instance): void {
  const list = lists.get(key);
  if (list) list.push(instance);
  else lists.set(key, [instance]);
}

/** The backends a service's operations name: its own copy of those by instance, the common one of the shared. */
function backendsOf(
  service: ServiceName,
  clock: Clock,
  slice: Slice,
  shared: Map<BackendName, Backend>,
): Map<BackendName, Backend> {
  const backends = new Map<BackendName, Backend>();
  for (const operation of Object.values(OPERATIONS)) {
    if (operation.service !== service || backends.has(operation.backend)) continue;
    const row = BACKENDS[operation.backend];
    const existing = row.scope === 'shared' ? shared.get(operation.backend) : undefined;
    const backend = existing ?? createBackend(clock, sliceOfBackend(row, slice));
    if (row.scope === 'shared') shared.set(operation.backend, backend);
    backends.set(operation.backend, backend);
  }
  return backends;
}
