import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { encodeRequest } from '../../embedded/test/otlp-bodies.ts';
import { startNullSink } from './null-sink.ts';

const point = { timeUnixNano: '1', asInt: '1' };
const BODIES = {
  'trace.v1.TraceService': encodeRequest('traces', {
    resourceSpans: [
      { scopeSpans: [{ spans: [{ name: 'a' }, { name: 'b' }] }, { spans: [{ name: 'c' }] }] },
      { scopeSpans: [{ spans: Array.from({ length: 300 }, () => ({ name: 'd', events: [{ name: 'e' }] })) }] },
    ],
  }),
  'logs.v1.LogsService': encodeRequest('logs', {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityText: 'INFO' }, {}] }] }],
  }),
  'metrics.v1.MetricsService': encodeRequest('metrics', {
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              { name: 'gauge', gauge: { dataPoints: [point, point] } },
              { name: 'sum', sum: { dataPoints: [point], isMonotonic: true } },
              { name: 'histogram', histogram: { dataPoints: [{ count: '3', bucketCounts: ['1', '2'] }] } },
              { name: 'exponential', exponentialHistogram: { dataPoints: [{ count: '1' }] } },
              { name: 'summary', summary: { dataPoints: [{ count: '1' }, {}] } },
            ],
          },
        ],
      },
    ],
  }),
};

test('acknowledges every export and counts its items', async () => {
  await using sink = await startNullSink();
  const session = connect(sink.endpoint);
  for (const [service, body] of Object.entries(BODIES)) {
    const call = session.request({
      ':method': 'POST',
      ':path': `/opentelemetry.proto.collector.${service}/Export`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(body.length, 1);
    call.end(Buffer.concat([prefix, body]));
    call.resume();
    const [trailers] = await once(call, 'trailers');
    assert.equal(trailers['grpc-status'], '0');
  }
  session.close();
  assert.deepEqual(await sink.arrived(), { spans: 303, logRecords: 2, dataPoints: 7 });
  assert.deepEqual(await sink.marks(), []);
});
