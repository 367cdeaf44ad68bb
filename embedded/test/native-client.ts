import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const CLIENT_HELLO = 0;
const CLIENT_QUERY = 1;
const SERVER_EXCEPTION = 2;
/** A protocol revision before the handshake's addendum, chunks, and most of what a query tells of its client. */
const REVISION = 54_058;

/** A socket to a native port that has said hello, as clickhouse-client does, and has an answer. */
export async function helloNatively(
  port: number,
  user: string,
  password: string,
  host = '127.0.0.1',
): Promise<[Socket, answer: Buffer]> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  const client = [...text('test'), ...number(1), ...number(1), ...number(REVISION)];
  socket.write(Buffer.from([CLIENT_HELLO, ...client, ...text(''), ...text(user), ...text(password)]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return [socket, answer];
}

/** Says hello and leaves; `ok`, or `error CODE` where the server refuses. */
export async function greetNatively(port: number, user: string, password: string, host?: string): Promise<string> {
  const [socket, answer] = await helloNatively(port, user, password, host);
  socket.destroy();
  return answer[0] === SERVER_EXCEPTION ? `error ${answer.readInt32LE(1)}` : 'ok';
}

/** A query packet, and the empty block that ends its data. */
export function queryPacket(sql: string): Buffer {
  const initialQuery = 1;
  const overTcp = 1;
  const names = [
    ...text(''),
    ...text(''),
    ...text('0.0.0.0:0'),
    overTcp,
    ...text('user'),
    ...text('host'),
    ...text('test'),
  ];
  const clientInfo = [initialQuery, ...names, ...number(1), ...number(1), ...number(REVISION)];
  const settings = text('');
  const [complete, uncompressed] = [2, 0];
  const emptyBlock = [2, ...text(''), 1, 0, 2, 255, 255, 255, 255, 0, 0, 0];
  return Buffer.from([
    ...[CLIENT_QUERY, ...text(''), ...clientInfo, ...settings],
    ...[complete, uncompressed, ...text(sql), ...emptyBlock],
  ]);
}

/** A length, seven bits a byte, and the bytes. */
function text(value: string): number[] {
  const bytes = Buffer.from(value);
  return [...number(bytes.length), ...bytes];
}

function number(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)];
}
