import { setTimeout as sleep } from 'node:timers/promises';
import { credentials, makeGenericClientConstructor, status } from '@grpc/grpc-js';
import type { TraceBody } from './bodies.ts';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const DEADLINE_MILLIS = 30_000;
/** What collectors answer that want to be asked again. */
const RETRYABLE: ReadonlySet<status> = new Set([status.UNAVAILABLE, status.RESOURCE_EXHAUSTED]);
const RETRY_MILLIS = 50;

/** How a sending went. */
export interface Sent {
  /** Between the first request and the last acknowledgement. */
  readonly seconds: number;
  /** How often a request was refused and sent again. */
  readonly refusals: number;
}

/**
 * Sends bodies as they are over OTLP/gRPC, `inFlight` requests at a time over one connection, each until it is acknowledged.
 * Throws what a collector answers that does not ask for a repetition.
 */
export async function send(port: number, bodies: readonly TraceBody[], inFlight: number): Promise<Sent> {
  const Client = makeGenericClientConstructor({}, 'raw');
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 });
  const exportOnce = (bytes: Buffer): Promise<status> =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + DEADLINE_MILLIS;
      client.makeUnaryRequest(EXPORT, identity, identity, bytes, { deadline }, (error) => {
        if (error === null || RETRYABLE.has(error.code)) resolve(error?.code ?? status.OK);
        else reject(error);
      });
    });
  let next = 0;
  let refusals = 0;
  const work = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      while ((await exportOnce(body.bytes)) !== status.OK) {
        refusals++;
        await sleep(RETRY_MILLIS);
      }
    }
  };
  const begun = performance.now();
  try {
    await Promise.all(Array.from({ length: inFlight }, work));
  } finally {
    client.close();
  }
  return { seconds: (performance.now() - begun) / 1000, refusals };
}

const identity = (bytes: Buffer) => bytes;
