import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../../..');
/** What forks a part of the stack, and all it needs. */
const FORKING = [
  'embedded/pinned-node.js',
  'embedded/src/exec-argv.ts',
  'embedded/src/supervisor/child-process.ts',
  'package.json',
];

test('a part of the stack has no environment but its own, and finds compiled what was compiled before, wherever the checkout is', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai c# 100%25 ?-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const file of FORKING) await cp(join(root, file), join(directory, file));
  const module = join(directory, 'part.cjs');
  const seen = '{ cache: require("node:module").getCompileCacheDir(), names: Object.keys(process.env).sort() }';
  await writeFile(module, `process.send(${seen}, () => process.disconnect());`);
  const copy = pathToFileURL(join(directory, 'embedded/src/supervisor/child-process.ts')).href;
  // A copy of the module that is not imported here.
  const { forkChild } = (await import(copy)) as typeof import('./child-process.ts');
  const child = forkChild({ module, environment: { MINE: 'yes' }, kill: t.signal });
  const [{ cache, names }] = await once(child.process, 'message');
  assert.ok(cache.startsWith(join(directory, 'node_modules/.cache/node')), cache);
  assert.deepEqual(names, ['MINE', 'NODE_COMPILE_CACHE']);
  assert.deepEqual(await child.ended, { ok: true, how: 'exit code 0' });
});
