import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.20.2"}})';

test('on a Node other than the pinned one, npm start says in one line what to do', () => {
  const guard = join(import.meta.dirname, '../pinned-node.js');
  const args = ['--import', pretend, '--import', guard, '--eval', 'console.log("started")'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^Node v\S+ runs this, which needs Node 26: run "npm install"[^\n]*\n$/);
});
