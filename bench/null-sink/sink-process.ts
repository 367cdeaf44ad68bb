import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { countDataPoints, countRecords } from './count-items.ts';
import type { Arrivals, Mark, SinkAnswer } from './null-sink.ts';

// OTLP/gRPC over node:http2 alone, since it shares its cores with what is measured: the less it does, the less it distorts.

const arrived: { -readonly [Signal in keyof Arrivals]: number } = { spans: 0, logRecords: 0, dataPoints: 0 };
const COUNTED = [
  { service: 'trace.v1.TraceService', items: 'spans', count: countRecords },
  { service: 'logs.v1.LogsService', items: 'logRecords', count: countRecords },
  { service: 'metrics.v1.MetricsService', items: 'dataPoints', count: countDataPoints },
] as const;
/** Before the message: one byte for its compression, four for its length. */
const PREFIX_BYTES = 5;
const EMPTY_ANSWER = Buffer.alloc(PREFIX_BYTES);

const MARK_EVERY_SPANS = 10_000;
const marks: Mark[] = [];

function take(stream: ServerHttp2Stream, path: string): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => {});
  stream.on('end', () => {
    const body = Buffer.concat(chunks).subarray(PREFIX_BYTES);
    const counted = COUNTED.find(({ service }) => path.includes(service));
    if (counted) arrived[counted.items] += counted.count(body);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(EMPTY_ANSWER);
    mark();
  });
}

function mark(): void {
  const { spans } = arrived;
  if (spans - (marks.at(-1)?.spans ?? 0) < MARK_EVERY_SPANS) return;
  marks.push({ at: performance.timeOrigin + performance.now(), spans });
}

function send(answer: SinkAnswer): void {
  process.send?.(answer);
}

const server = createServer({ settings: { initialWindowSize: 16 * 1024 * 1024, maxConcurrentStreams: 100 } });
server.on('session', (session) => {
  session.setLocalWindowSize(64 * 1024 * 1024);
  session.on('stream', (stream, headers) => take(stream, String(headers[':path'])));
});
server.listen(0, '127.0.0.1', () => send({ kind: 'listening', port: (server.address() as AddressInfo).port }));

process.on('message', () => send({ kind: 'counted', arrived, marks }));
process.on('disconnect', () => process.exit(0));
