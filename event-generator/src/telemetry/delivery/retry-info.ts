/**
 * How long a server asks its client to wait, from the `grpc-status-details-bin` trailer: a google.rpc.Status with a
 * google.rpc.RetryInfo among its details. Undefined when there is none or the bytes are something else.
 */
export function parseRetryDelayMs(statusDetails: Uint8Array): number | undefined {
  try {
    for (const detail of messagesIn(statusDetails, 3)) {
      const [typeUrl] = messagesIn(detail, 1);
      if (!typeUrl || !Buffer.from(typeUrl).toString().endsWith('/google.rpc.RetryInfo')) continue;
      for (const retryInfo of messagesIn(detail, 2)) {
        for (const duration of messagesIn(retryInfo, 1)) return durationMs(duration);
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** google.protobuf.Duration: seconds = 1, nanos = 2. */
function durationMs(duration: Uint8Array): number {
  const seconds = fieldsOf(duration).find(({ number }) => number === 1)?.value ?? 0;
  const nanos = fieldsOf(duration).find(({ number }) => number === 2)?.value ?? 0;
  return Number(seconds) * 1000 + Number(nanos) / 1e6;
}

function messagesIn(message: Uint8Array, number: number): Uint8Array[] {
  return fieldsOf(message)
    .filter((field) => field.number === number)
    .map(({ value }) => value)
    .filter((value) => value instanceof Uint8Array);
}

interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** The varint and length-delimited fields of a protobuf message. Throws a RangeError at anything else or past the end. */
function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('protobuf message cut off');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) {
      fields.push({ number, value: varint() });
    } else if (wireType === 2) {
      const length = varint();
      if (at + length > message.length) throw new RangeError('protobuf message cut off');
      fields.push({ number, value: message.subarray(at, at + length) });
      at += length;
    } else {
      throw new RangeError(`protobuf wire type ${wireType} is not one of google.rpc.Status`);
    }
  }
  return fields;
}
