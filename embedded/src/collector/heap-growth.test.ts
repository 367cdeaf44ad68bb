import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const PROCESS = join(import.meta.dirname, '../../test/heap-growth-process.ts');

async function collections(itemsPerSecond: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROCESS, String(itemsPerSecond)]);
  return Number(stdout);
}

test('the heap may grow further while telemetry comes fast: fewer collections of the same garbage', async () => {
  const rest = await collections(8_000);
  const rush = await collections(60_000);
  assert.ok(rush > 0 && rush < 0.75 * rest, `${rest} at rest, ${rush} in a rush`);
});
