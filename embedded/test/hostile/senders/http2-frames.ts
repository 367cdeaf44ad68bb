import { connect, type Socket } from 'node:net';

/** What an HTTP/2 client says first, with settings of its own that change nothing. */
const HELLO = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)]);

export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const CONTINUATION = 9;
export const END_HEADERS = 4;
export const END_STREAM = 1;

/** A frame, right or wrong (RFC 9113, 4.1). */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Header fields without compression (RFC 7541, 6.2.2), all of them below 127 bytes. */
export function headerBlock(fields: Readonly<Record<string, string>>): Buffer {
  const texts = (text: string) => [Buffer.from([text.length]), Buffer.from(text)];
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.from([0]), ...texts(name), ...texts(value)]),
  );
}

/** The headers of an export over gRPC. */
export const EXPORT_HEADERS = headerBlock({
  ':method': 'POST',
  ':scheme': 'http',
  ':authority': 'localhost',
  ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  'content-type': 'application/grpc',
  te: 'trailers',
});

/** A TCP connection to this machine; errors are part of the game. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

/** A connection on which HTTP/2 has begun. */
export async function openHttp2(port: number): Promise<Socket> {
  const socket = await open(port);
  socket.write(HELLO);
  return socket;
}

/** Writes until the peer hangs up or `bytes` are written, at the pace at which they are taken; resolves to what was written. */
export async function pour(socket: Socket, chunk: Buffer, bytes: number): Promise<number> {
  let written = 0;
  while (written < bytes && socket.writable) {
    written += chunk.length;
    if (socket.write(chunk)) continue;
    await new Promise((resolve) => {
      for (const event of ['drain', 'close']) socket.once(event, resolve);
    });
    socket.removeAllListeners('drain');
  }
  return written;
}
