import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectorOptions } from '../../embedded/test/collector.ts';
import { startCollectorProcess } from '../../embedded/test/collector-process.ts';
import type { BenchClickHouse } from './clickhouse.ts';

/** A collector under measurement, in a process of its own. */
export interface BenchCollector extends AsyncDisposable {
  readonly pid: number;
  /** OTLP/gRPC on 127.0.0.1. */
  readonly grpcPort: number;
  /** What it has printed. */
  output(): string;
  /** Ends it and deletes what it kept. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the embedded collector's process as the supervisor does, with its spool in a temporary directory. */
export async function startEmbeddedCollector(clickhouse: BenchClickHouse): Promise<BenchCollector> {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-bench-collector-'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  try {
    const { child, answer, output, end } = await startCollectorProcess(
      { after: (ended) => stack.defer(ended) },
      collectorOptions(directory, { clickhouse }),
    );
    stack.defer(async () => void (await end('SIGKILL')));
    if (answer.type !== 'ready') throw new Error(`the embedded collector did not start: ${answer.message}`);
    // It has answered, so there is a process.
    return { pid: child.pid!, grpcPort: answer.grpcPort, output, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
