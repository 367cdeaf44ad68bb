/** A field of a protobuf message as it lies on the wire. */
export interface Field {
  readonly number: number;
  /** Varints and fixed-width values as bigint, length-delimited ones as bytes. */
  readonly value: bigint | Buffer;
}

/** The fields of a message, in order: https://protobuf.dev/programming-guides/encoding/ */
export function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    const value =
      wireType === 0
        ? varint()
        : wireType === 1
          ? take(8).readBigUInt64LE()
          : wireType === 5
            ? BigInt(take(4).readUInt32LE())
            : take(Number(varint()));
    fields.push({ number: tag >> 3, value });
  }
  return fields;
}

/** The messages (or strings, or bytes) found by following field numbers from `message` down. */
export function messagesAt(message: Buffer, ...path: number[]): Buffer[] {
  let found = [message];
  for (const number of path) {
    found = found.flatMap((each) =>
      fieldsOf(each)
        .filter((field) => field.number === number)
        .map(({ value }) => value)
        .filter((value) => Buffer.isBuffer(value)),
    );
  }
  return found;
}

/** The one number in field `number` of `message`. */
export function numberAt(message: Buffer, number: number): bigint {
  const field = fieldsOf(message).find((each) => each.number === number);
  if (typeof field?.value !== 'bigint')
    throw new Error(`field ${number}: expected a number in ${message.toString('hex')}`);
  return field.value;
}
