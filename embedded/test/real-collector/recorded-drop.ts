import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signal } from '../../src/collector/mapping/statements.ts';
import { startGrpc } from '../../src/collector/receiver/grpc.ts';
import { createRequestMemory } from '../../src/collector/receiver/request-memory.ts';
import { TUNING } from '../../src/collector/tuning.ts';
import { INHERITED } from '../inherited.ts';
import { SHORT_DROP } from '../stack.ts';

const LIMITS = { maxRequestBytes: 16_000_000, requestMillis: 30_000, maxConnections: 100 };

/** A request body as a sender sent it. */
export interface RecordedBody {
  readonly signal: Signal;
  readonly body: Buffer;
}

/** What the event-generator sends in one drop of a few seconds. */
export async function recordDrop(): Promise<RecordedBody[]> {
  const recorded: RecordedBody[] = [];
  const memory = createRequestMemory(TUNING.requestMemoryBytes);
  const receiver = await startGrpc(
    { host: '127.0.0.1', allowedHosts: [], port: 0, memory, limits: LIMITS, tuning: TUNING, log: () => {} },
    async (signal, body) => {
      recorded.push({ signal, body: Buffer.from(body) });
    },
  );
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-recorded-'));
  try {
    const generator = spawn(process.execPath, ['event-generator/src/main.ts'], {
      cwd: join(import.meta.dirname, '../../..'),
      env: {
        ...INHERITED,
        ...SHORT_DROP,
        CYCLES: '1',
        BACKFILL: '0',
        CONTROL_PORT: '0',
        DATA_DIR: directory,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [generator.stdout, generator.stderr]) stream.on('data', (chunk) => (output += chunk));
    const [code] = await once(generator, 'close');
    if (code !== 0) throw new Error(`the event-generator ended with ${code}:\n${output.slice(-2_000)}`);
  } finally {
    await receiver.stop(1_000);
    await rm(directory, { recursive: true, force: true });
  }
  return recorded;
}
