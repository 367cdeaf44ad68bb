import { requestType } from '../../../src/collector/receiver/otlp-schema.ts';
import type { Case } from './case.ts';

/** A body as OTLP/JSON: ids in hex digits, other bytes in base64, enums as numbers, 64-bit integers as texts. */
export function jsonBody({ signal, body }: Case): string {
  const type = requestType(signal);
  const object = type.toObject(type.decode(body), { longs: String, bytes: String, json: true });
  const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');
  return JSON.stringify(object, (key, value) => (IDS.has(key) ? hex(value) : value));
}

const IDS = new Set(['traceId', 'spanId', 'parentSpanId']);
