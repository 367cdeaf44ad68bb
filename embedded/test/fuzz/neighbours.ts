import { createHash } from 'node:crypto';
import { encodeRequest } from '../otlp-bodies.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { frame } from './mutations/grpc.ts';
import { grpcRequest, httpRequest } from './request.ts';

const TIME = '2000000000000000000';
const SIGNALS = ['traces', 'logs', 'metrics'] as const;

/** A good request to be sent beside others: its three items are its own, told by `number`. */
export function neighbour(number: number): FuzzCase {
  const signal = SIGNALS[number % 3]!;
  const name = `neighbour ${number}`;
  const id = createHash('sha256').update(name).digest();
  const ids = { traceId: id.subarray(0, 16), spanId: id.subarray(16, 24) };
  const three = [0, 1, 2];
  const attributes = (nth: number) => [{ key: 'nth', value: { intValue: nth } }];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: name } }] };
  const body = {
    traces: () => {
      const spans = three.map((nth) => ({
        name,
        ...ids,
        startTimeUnixNano: TIME,
        endTimeUnixNano: TIME,
        attributes: attributes(nth),
      }));
      return encodeRequest('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
    },
    logs: () => {
      const logRecords = three.map((nth) => ({
        timeUnixNano: TIME,
        body: { stringValue: name },
        attributes: attributes(nth),
      }));
      return encodeRequest('logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
    },
    metrics: () => {
      const dataPoints = three.map((nth) => ({ timeUnixNano: TIME, asInt: nth, attributes: attributes(nth) }));
      const metrics = [
        { name, gauge: { dataPoints } },
        { name, sum: { dataPoints } },
      ];
      return encodeRequest('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
    },
  }[signal]();
  const request = number % 2 === 0 ? grpcRequest(signal, frame(body)) : httpRequest(signal, body);
  return { number, mutation: 'neighbour', original: name, request };
}
