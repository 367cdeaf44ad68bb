import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FuzzRequest } from '../request.ts';
import type { Verdict } from '../verdict.ts';
import { oraclePython } from './python.ts';

/** Says what should become of requests. */
export interface Oracle {
  judge(request: FuzzRequest): Promise<Verdict>;
  stop(): Promise<void>;
}

/**
 * Starts oracle.py: OTLP's official Python classes over protobuf's C implementation, and the transport's rules written out
 * once more.
 */
export async function startOracle(): Promise<Oracle> {
  const child = spawn(await oraclePython(), [join(import.meta.dirname, 'oracle.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  });
  const waiting: PromiseWithResolvers<Verdict>[] = [];
  const exited = once(child, 'exit');
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)));
  child.once('exit', (code) => {
    for (const { reject } of waiting) reject(new Error(`the oracle ended with ${code} in the middle of its work`));
  });
  return {
    judge: ({ body, ...header }) => {
      const verdict = Promise.withResolvers<Verdict>();
      waiting.push(verdict);
      const head = Buffer.from(JSON.stringify(header));
      const lengths = Buffer.alloc(8);
      lengths.writeUInt32LE(head.length, 0);
      lengths.writeUInt32LE(body.length, 4);
      for (const part of [lengths, head, body]) child.stdin.write(part);
      return verdict.promise;
    },
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
