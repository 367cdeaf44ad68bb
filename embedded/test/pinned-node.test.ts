import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.20.2"}})';

const guard = new URL('../pinned-node.js', import.meta.url).href;

test('on a Node other than the pinned one, npm start says in one line what to do', () => {
  const args = ['--import', pretend, '--import', guard, '--eval', 'console.log("started")'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^Node v\S+ runs this, which needs Node 26: run "npm install"[^\n]*\n$/);
});

test('what it starts finds compiled what was compiled before', () => {
  const child = 'process.stdout.write(module.constructor.getCompileCacheDir() ?? "none")';
  const parent = `process.stdout.write(require("child_process").execFileSync(process.execPath, ["--eval", ${JSON.stringify(child)}]))`;
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
  const options = { encoding: 'utf8', env: environment } as const;
  const { stdout } = spawnSync(process.execPath, ['--import', guard, '--eval', parent], options);
  assert.match(stdout, /node_modules.\.cache.node./);
});
