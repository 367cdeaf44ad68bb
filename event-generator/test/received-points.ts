import type { OtlpReceiver } from './otlp-receiver.ts';
import { fieldsOf, messagesAt, numberAt } from './protobuf.ts';
import { resourceOf } from './received-spans.ts';

/** A data point of a counter or a histogram as it came over the wire. */
export interface ReceivedPoint {
  readonly service: string;
  /** What tells its series from all others. */
  readonly series: string;
  /** In milliseconds since the epoch. */
  readonly startsAt: number;
  readonly at: number;
  /** Of a histogram, how many values it holds. */
  readonly count: number;
}

/** All points of counters and histograms that a receiver took. */
export function receivedPoints(receiver: OtlpReceiver): ReceivedPoint[] {
  return receiver.taken
    .filter(({ signal }) => signal === 'metrics')
    .flatMap(({ body }) => messagesAt(body, 1))
    .flatMap((ofResource) => {
      const resource = resourceOf(ofResource);
      const [service, instance] = [resource.get('service.name') ?? '', resource.get('service.instance.id')];
      return messagesAt(ofResource, 2, 2).flatMap((metric) => {
        const series = `${instance} ${messagesAt(metric, 1)}`;
        return [...counterPoints(metric), ...histogramPoints(metric)].map(({ attributes, ...point }) => ({
          service,
          series: `${series} ${attributes}`,
          ...point,
        }));
      });
    });
}

/** Metric.sum = 7 { data_points = 1 { attributes = 7, as_double = 4, as_int = 6 }, is_monotonic = 3 } */
function counterPoints(metric: Buffer) {
  return messagesAt(metric, 7)
    .filter((sum) => fieldsOf(sum).some(({ number, value }) => number === 3 && value === 1n))
    .flatMap((sum) => messagesAt(sum, 1))
    .map((point) => {
      const fields = fieldsOf(point);
      const field = (number: number) => fields.find((each) => each.number === number)?.value;
      const [double, int] = [field(4), field(6)];
      const bits = Buffer.alloc(8);
      if (typeof double === 'bigint') bits.writeBigUInt64LE(double);
      return {
        ...timesOf(point),
        attributes: textOf(point, 7),
        count: int === undefined ? bits.readDoubleLE() : Number(int),
      };
    });
}

/** Metric.histogram = 9 { data_points = 1 { attributes = 9, count = 4 } } */
function histogramPoints(metric: Buffer) {
  return messagesAt(metric, 9, 1).map((point) => ({
    ...timesOf(point),
    attributes: textOf(point, 9),
    count: Number(numberAt(point, 4)),
  }));
}

/** start_time_unix_nano = 2, time_unix_nano = 3 */
function timesOf(point: Buffer) {
  return { startsAt: Number(numberAt(point, 2)) / 1e6, at: Number(numberAt(point, 3)) / 1e6 };
}

function textOf(point: Buffer, attributes: number): string {
  return messagesAt(point, attributes)
    .map((attribute) => attribute.toString('hex'))
    .sort()
    .join();
}
