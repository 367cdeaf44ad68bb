import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { forkChild } from './child-process.ts';

test('a part of the stack sees no environment but its own, and finds compiled what was compiled before', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-child-'));
  t.after(() => rm(directory, { recursive: true }));
  const module = join(directory, 'part.cjs');
  const seen = '{ cache: require("node:module").getCompileCacheDir(), mine: process.env.MINE, path: process.env.PATH }';
  await writeFile(module, `process.send(${seen}, () => process.disconnect());`);
  const child = forkChild({ module, environment: { MINE: 'yes' }, kill: t.signal });
  const [{ cache, ...environment }] = await once(child.process, 'message');
  assert.match(cache, /node_modules.\.cache.node./);
  assert.deepEqual(environment, { mine: 'yes' });
  assert.deepEqual(await child.ended, { ok: true, how: 'exit code 0' });
});
