import type { HrTime } from '@opentelemetry/api';
import { type DataPoint, DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** What a data point spans. */
export interface PointTimes {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/**
 * The same metrics with every data point spanning `times`: the SDK stamps them with the machine's clock, whatever the
 * simulation's says. Every stream is cumulative, so all start with the run.
 */
export function retime(metrics: ResourceMetrics, times: PointTimes): ResourceMetrics {
  return {
    resource: metrics.resource,
    scopeMetrics: metrics.scopeMetrics.map(({ scope, metrics: all }) => ({
      scope,
      metrics: all.map((metric) => retimeMetric(metric, times)),
    })),
  };
}

/** How many data points there are. */
export function countDataPoints(metrics: ResourceMetrics): number {
  let points = 0;
  for (const { metrics: all } of metrics.scopeMetrics) for (const metric of all) points += metric.dataPoints.length;
  return points;
}

function retimeMetric(metric: MetricData, times: PointTimes): MetricData {
  // One branch a kind, the same in each, so that the type of the points stays with the kind they belong to.
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return { ...metric, dataPoints: retimePoints(metric.dataPoints, times) };
    case DataPointType.GAUGE:
      return { ...metric, dataPoints: retimePoints(metric.dataPoints, times) };
    case DataPointType.HISTOGRAM:
      return { ...metric, dataPoints: retimePoints(metric.dataPoints, times) };
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return { ...metric, dataPoints: retimePoints(metric.dataPoints, times) };
  }
}

function retimePoints<Value>(points: DataPoint<Value>[], times: PointTimes): DataPoint<Value>[] {
  return points.map((point) => ({ ...point, ...times }));
}
