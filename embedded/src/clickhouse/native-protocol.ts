/** The first packet of a client of ClickHouse's native protocol: who it is. */
export interface Hello {
  readonly user: string;
  readonly password: string;
}

const CLIENT_HELLO = 0;
const SERVER_EXCEPTION = 2;

/** Far above any name, version or password of a real client. */
const MAX_STRING_BYTES = 4_096;
const MAX_NUMBER_BYTES = 9;

/**
 * Reads the hello packet that a client's bytes begin with: a client's name, its version and protocol revision, a database, a user and
 * a password.
 *
 * @returns `incomplete` where more bytes are needed, `garbage` where no more could make it a hello
 */
export function readHello(bytes: Buffer): Hello | 'incomplete' | 'garbage' {
  const strings: string[] = [];
  let offset = 0;
  for (const field of ['packet', 'name', 'major', 'minor', 'revision', 'database', 'user', 'password'] as const) {
    const number = readNumber(bytes, offset);
    if (typeof number === 'string') return number;
    offset = number.end;
    if (field === 'packet' && number.value !== CLIENT_HELLO) return 'garbage';
    if (!['name', 'database', 'user', 'password'].includes(field)) continue;
    if (number.value > MAX_STRING_BYTES) return 'garbage';
    if (offset + number.value > bytes.length) return 'incomplete';
    strings.push(bytes.toString('utf8', offset, offset + number.value));
    offset += number.value;
  }
  const [, , user = '', password = ''] = strings;
  return { user, password };
}

/** The packet by which a server refuses. */
export function exceptionPacket(code: number, message: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(SERVER_EXCEPTION);
  head.writeInt32LE(code, 1);
  const hasNested = Buffer.from([0]);
  return Buffer.concat([head, string('DB::Exception'), string(`DB::Exception: ${message}`), string(''), hasNested]);
}

/** Little-endian base 128, as in protobuf. */
function readNumber(bytes: Buffer, start: number): { value: number; end: number } | 'incomplete' | 'garbage' {
  let value = 0;
  for (let index = 0; index < MAX_NUMBER_BYTES; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return 'incomplete';
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return 'garbage';
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 0x80) | 0x80);
  }
}
