import type { Attributes, Logger, Meter, Tracer } from '@opentelemetry/api';
import type { HistogramOptions, SeriesHistogram } from './metrics/histograms.ts';

/** A service of the simulated platform: what its OpenTelemetry Resources are made of. */
export interface ServiceSpec {
  /** `service.name` */
  readonly name: string;
  /** `service.version` */
  readonly version: string;
  /** One Resource for each; index i is what `Telemetry.instance(name, i)` finds. */
  readonly instances: readonly InstanceSpec[];
}

/** One running copy of a service. */
export interface InstanceSpec {
  /** `service.instance.id`; unique in its service and stable over runs. */
  readonly id: string;
  /** `service.version`, where it is not the service's. */
  readonly version?: string;
  /** Further resource attributes: `k8s.pod.name`, `cloud.region`, `cloud.availability_zone`, `host.name` and their like. */
  readonly attributes: Attributes;
}

/** The three signals of one service instance, all under its own Resource. */
export interface ServiceInstance {
  readonly service: string;
  readonly instanceId: string;
  readonly tracer: Tracer;
  readonly logger: Logger;
  /** For all instruments but the busiest. */
  readonly meter: Meter;
  /** A histogram for values that come thousands of times a second, as those of the meter otherwise. */
  createHistogram(name: string, options: HistogramOptions): SeriesHistogram;
}

/** What the domain sees of telemetry: instruments to record with, and when to wait. */
export interface Telemetry {
  /** The instance `index` of a service of the fleet. Throws a RangeError for one that is not in it. */
  instance(service: string, index: number): ServiceInstance;
  /**
   * Resolves when there is room for another unit of work (a trace). Every worker awaits it before each journey: this is
   * where backpressure from the collector reaches the simulation, in the place where the stock SDK would drop.
   */
  ready(): Promise<void>;
}
