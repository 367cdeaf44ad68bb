import type { OtlpReceiver } from './otlp-receiver.ts';
import { fieldsOf, messagesAt } from './protobuf.ts';

/** A span as it came over the wire. */
export interface ReceivedSpan {
  /** Trace id and span id. */
  readonly id: string;
  readonly name: string;
  readonly failed: boolean;
  /** In milliseconds since the epoch. */
  readonly startsAt: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly resource: ReadonlyMap<string, string>;
}

/** All spans a receiver took. */
export function receivedSpans(receiver: OtlpReceiver): ReceivedSpan[] {
  return receiver.taken
    .filter(({ signal }) => signal === 'traces')
    .flatMap(({ body }) => messagesAt(body, 1))
    .flatMap((resourceSpans) => {
      const resource = resourceOf(resourceSpans);
      return messagesAt(resourceSpans, 2, 2).map((span) => toSpan(span, resource));
    });
}

/** The attributes of the Resource in a ResourceSpans, ResourceLogs or ResourceMetrics message. */
export function resourceOf(message: Buffer): ReadonlyMap<string, string> {
  return attributesOf(messagesAt(message, 1, 1));
}

/** Span: trace_id = 1, span_id = 2, name = 5, start_time_unix_nano = 7, attributes = 9, status = 15 { code = 3 }. */
function toSpan(span: Buffer, resource: ReadonlyMap<string, string>): ReceivedSpan {
  const fields = fieldsOf(span);
  const field = (number: number) => fields.find((each) => each.number === number)?.value;
  const status = messagesAt(span, 15).flatMap(fieldsOf);
  return {
    id: messagesAt(span, 1)
      .concat(messagesAt(span, 2))
      .map((id) => id.toString('hex'))
      .join('/'),
    name: String(field(5)),
    failed: status.some(({ number, value }) => number === 3 && value === 2n),
    startsAt: Number(field(7)) / 1e6,
    attributes: attributesOf(messagesAt(span, 9)),
    resource,
  };
}

/** KeyValue { key = 1, value = 2 }; AnyValue { string_value = 1, bool_value = 2, int_value = 3, … }: whichever it is, as text. */
function attributesOf(keyValues: readonly Buffer[]): ReadonlyMap<string, string> {
  return new Map(
    keyValues.map((keyValue) => {
      const [key, value] = fieldsOf(keyValue);
      const [any] = Buffer.isBuffer(value?.value) ? fieldsOf(value.value) : [];
      return [String(key?.value), String(any?.value)];
    }),
  );
}
