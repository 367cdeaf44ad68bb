import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterAll, collectorOptions, grpcClient, post } from '../../collector.ts';
import { type CollectorProcess, startCollectorProcess } from '../../collector-process.ts';
import { spans } from '../../otlp-bodies.ts';
import { peakRss } from '../../resident-memory.ts';
import { temporaryDirectory } from '../../stored.ts';
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  EXPORT_HEADERS,
  frame,
  HEADERS,
  headerBlock,
  open,
  openHttp2,
  PING,
  pour,
  RST_STREAM,
  SETTINGS,
} from './http2-frames.ts';

/** How hard it is. */
export interface Hardness {
  /** Connections that are opened at once, more than a port takes. */
  readonly many: number;
  readonly maxConnections: number;
  /** How long an export of a neighbour may take. */
  readonly withinMillis: number;
}

/** Neighbours send when an attack has gone on for so long. */
const UNDER_WAY_MILLIS = 600;

/** What the process may come to: 128 MiB of it are requests. */
const MAX_MEGABYTES = 420;

/** Defines the tests: each attack against the collector's process, while others send to it. */
export function testHostileSenders({ many, maxConnections, withinMillis }: Hardness): void {
  const file = afterAll();
  let collector: CollectorProcess;
  let ports: { readonly grpcPort: number; readonly httpPort: number };

  before(async () => {
    const directory = await temporaryDirectory();
    file.after(async () => directory[Symbol.asyncDispose]());
    const limits = { maxConnections };
    collector = await startCollectorProcess(file, collectorOptions(directory.path, { limits }));
    assert.equal(collector.answer.type, 'ready');
    ports = collector.answer;
  });

  /** What a sender sees who has been connected since before the attack, and one who comes now. */
  async function assertNeighboursLive(during: string, connected: ReturnType<typeof grpcClient>): Promise<void> {
    const newcomer = grpcClient(file, ports.grpcPort);
    const exports = {
      'gRPC, connected': async () =>
        assert.equal((await connected.send('traces', spans(1, 'a'), withinMillis)).code, status.OK),
      'gRPC, new': async () =>
        assert.equal((await newcomer.send('traces', spans(1, 'b'), withinMillis)).code, status.OK),
      HTTP: async () => assert.equal((await post(ports.httpPort, '/v1/traces', spans(1, 'c'))).status, 200),
    };
    for (const [who, send] of Object.entries(exports)) {
      const since = performance.now();
      await send();
      const millis = performance.now() - since;
      assert.ok(millis < withinMillis, `${who} waited ${millis} ms during ${during}`);
    }
    const megabytes = peakRss(collector.child.pid!);
    assert.ok(megabytes < MAX_MEGABYTES, `${megabytes} MB during ${during}`);
  }

  /** An attack, under way while neighbours send. */
  function attack(name: string, begin: (sockets: Socket[]) => Promise<void>): void {
    test(`neighbours live beside ${name}`, async (t) => {
      const sockets: Socket[] = [];
      t.after(() => {
        for (const socket of sockets) socket.destroy();
      });
      const connected = grpcClient(t, ports.grpcPort);
      assert.equal((await connected.send('traces', spans(1, 'before'))).code, status.OK);
      await begin(sockets);
      await sleep(UNDER_WAY_MILLIS);
      await assertNeighboursLive(name, connected);
    });
  }

  const together = <Value>(count: number, make: (nth: number) => Promise<Value>): Promise<Value[]> =>
    Promise.all(Array.from({ length: count }, (_, nth) => make(nth)));

  attack('more idle connections than a port takes', async (sockets) => {
    for (const port of [ports.grpcPort, ports.httpPort]) sockets.push(...(await together(many, () => open(port))));
    for (const port of [ports.grpcPort]) sockets.push(...(await together(many, () => openHttp2(port))));
  });

  attack('senders of a byte a second', async (sockets) => {
    const head = (length: number) =>
      `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${length}\r\n`;
    const begin = async (port: number, ...parts: (Buffer | string)[]) => {
      const socket = port === ports.grpcPort ? await openHttp2(port) : await open(port);
      for (const part of parts) socket.write(part);
      sockets.push(socket);
      const timer = setInterval(() => socket.write(Buffer.from([0])), 1_000);
      socket.once('close', () => clearInterval(timer));
    };
    // Each claims to send the largest request there is.
    const prefix = Buffer.from([0, 0, 0xf4, 0x24, 0]);
    const call = [frame(HEADERS, END_HEADERS, 1, EXPORT_HEADERS), frame(DATA, 0, 1, prefix)];
    await together(150, () => begin(ports.httpPort, 'POST /v1/tra'));
    await together(100, () => begin(ports.httpPort, `${head(16_000_000)}\r\n`, Buffer.alloc(100)));
    await together(100, () => begin(ports.httpPort, `${head(16_000_000)}content-encoding: gzip\r\n\r\n`));
    await together(200, () => begin(ports.grpcPort, ...call));
  });

  attack('a hundred calls of one connection that never end, and nine hundred more that wait', async (sockets) => {
    const socket = await openHttp2(ports.grpcPort);
    sockets.push(socket);
    for (let nth = 0; nth < 1_000; nth++) {
      socket.write(frame(HEADERS, END_HEADERS, 2 * nth + 1, EXPORT_HEADERS));
      socket.write(frame(DATA, 0, 2 * nth + 1, Buffer.from([0, 0, 0xf4, 0x24, 0])));
    }
  });

  attack('senders that take no answer', async (sockets) => {
    // Windows of no bytes at all: the answer waits for more.
    const noWindow = frame(SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
    const call = [frame(HEADERS, END_HEADERS, 1, EXPORT_HEADERS), frame(DATA, END_STREAM, 1, Buffer.alloc(5))];
    await together(many, async () => {
      const socket = await openHttp2(ports.grpcPort);
      socket.write(Buffer.concat([noWindow, ...call]));
      sockets.push(socket);
    });
  });

  attack('connections that are reset while they send', async () => {
    await together(many, async (nth) => {
      const isGrpc = nth % 2 === 0;
      const socket = await (isGrpc ? openHttp2(ports.grpcPort) : open(ports.httpPort));
      socket.write(isGrpc ? frame(HEADERS, END_HEADERS, 1, EXPORT_HEADERS) : 'POST /v1/traces HTTP/1.1\r\n');
      await new Promise((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    });
  });

  attack('connections that are closed by half', async (sockets) => {
    const half = async (port: number, ...parts: (Buffer | string)[]) => {
      const socket = port === ports.grpcPort ? await openHttp2(port) : await open(port);
      sockets.push(socket);
      for (const part of parts) socket.write(part);
      socket.end();
    };
    await together(200, () => half(ports.httpPort, 'POST /v1/traces HTTP/1.1\r\ncontent-length: 9\r\n\r\n'));
    await together(200, () => half(ports.grpcPort, frame(HEADERS, END_HEADERS, 1, EXPORT_HEADERS)));
  });

  attack('calls that are reset as soon as they begin', async (sockets) => {
    const pair = (stream: number) =>
      Buffer.concat([
        frame(HEADERS, END_HEADERS, stream, EXPORT_HEADERS),
        frame(RST_STREAM, 0, stream, Buffer.alloc(4)),
      ]);
    const calls = Buffer.concat(Array.from({ length: 5_000 }, (_, nth) => pair(2 * nth + 1)));
    await together(5, async () => {
      const socket = await openHttp2(ports.grpcPort);
      sockets.push(socket);
      await pour(socket, calls, calls.length);
    });
  });

  const flood = (name: string, chunk: Buffer, bytes: number, first: Buffer = Buffer.alloc(0)) =>
    attack(name, async (sockets) => {
      await together(3, async () => {
        const socket = await openHttp2(ports.grpcPort);
        sockets.push(socket);
        socket.write(first);
        await pour(socket, chunk, bytes);
      });
    });

  const times = (count: number, bytes: Buffer) => Buffer.concat(Array.from({ length: count }, () => bytes));

  flood('a flood of pings', times(1_000, frame(PING, 0, 0, Buffer.alloc(8))), 3e6);
  flood('a flood of settings', times(1_000, frame(SETTINGS, 0, 0)), 2e6);
  flood('a flood of empty data', times(1_000, frame(DATA, 0, 1)), 2e6, frame(HEADERS, END_HEADERS, 1, EXPORT_HEADERS));
  flood(
    'headers that never end',
    times(10, frame(CONTINUATION, 0, 1, headerBlock({ x: 'y'.repeat(100) }))),
    3e6,
    frame(HEADERS, 0, 1, EXPORT_HEADERS),
  );
  // A field of 4 kB enters the table of the connection, and then is one byte each time.
  const long = Buffer.concat([Buffer.from([0x40, 1, 0x78, 0x7f, 0x81, 0x1e]), Buffer.alloc(4_000, 0x79)]);
  flood(
    'a header bomb',
    frame(HEADERS, END_HEADERS, 3, Buffer.alloc(16_000, 0xbe)),
    1.6e4,
    frame(HEADERS, END_HEADERS, 1, Buffer.concat([EXPORT_HEADERS, long])),
  );

  attack('heads of a megabyte', async (sockets) => {
    await together(20, async () => {
      const socket = await open(ports.httpPort);
      sockets.push(socket);
      socket.write('POST /v1/traces HTTP/1.1\r\n');
      await pour(socket, Buffer.from(`x-${'y'.repeat(1_000)}: 1\r\n`), 1e6);
    });
  });

  test('it has said so in two lines at most for each port, and ends in order', async () => {
    const lines = collector.output().trim().split('\n');
    const told = lines.filter((line) => line.includes('OTLP_MAX_CONNECTIONS'));
    assert.equal(new Set(told).size, told.length > 0 ? 2 : 0, collector.output());
    assert.equal(await collector.end('SIGTERM'), 0);
  });
}
