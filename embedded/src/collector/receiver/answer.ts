import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { Signal } from '../mapping/statements.ts';
import type { Refusal } from './refusal.ts';

const schema = protobuf.loadSync(join(import.meta.dirname, 'google-rpc.proto'));
const Status = schema.lookupType('rpc.Status');
const RetryInfo = schema.lookupType('rpc.RetryInfo');
const ExportResponse = schema.lookupType('rpc.ExportResponse');

/** Items of an accepted request that were not accepted themselves, and why. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly errorMessage: string;
}

/** The encodings of OTLP/HTTP. */
export type Encoding = 'protobuf' | 'json';

/** An `Export…ServiceResponse`; without a partial success it is empty. */
export function encodeResponse(signal: Signal, encoding: Encoding, partial?: PartialSuccess): Buffer {
  if (encoding === 'protobuf') return encode(ExportResponse, partial ? { partialSuccess: partial } : {});
  if (partial === undefined) return Buffer.from('{}');
  const rejectedName = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' }[signal];
  const { rejected, errorMessage } = partial;
  return Buffer.from(JSON.stringify({ partialSuccess: { [rejectedName]: String(rejected), errorMessage } }));
}

/** A `google.rpc.Status`: the body of an OTLP/HTTP error. */
export function encodeStatus({ code, message }: Refusal, encoding: Encoding): Buffer {
  return encoding === 'json' ? Buffer.from(JSON.stringify({ code, message })) : encode(Status, { code, message });
}

/** The `grpc-status-details-bin` of an error after which the client is to retry in `retryAfterSeconds`. */
export function encodeRetryDetails({ code, message }: Refusal, retryAfterSeconds: number): Buffer {
  const value = encode(RetryInfo, { retryDelay: { seconds: retryAfterSeconds } });
  return encode(Status, { code, message, details: [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value }] });
}

function encode(type: protobuf.Type, message: object): Buffer {
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}
