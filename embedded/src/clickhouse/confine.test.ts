import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { canConfine } from './confine.ts';

/** In a process of its own: what is taken from one cannot be given back. */
const CONFINED = `
  import fs from 'node:fs';
  import { execFileSync } from 'node:child_process';
  const { confine } = await import(process.argv[1] + '/confine.ts');
  confine({ readable: ['read', 'file', 'missing'], writable: ['write'] });
  const tried = (what) => { try { what(); return 'done'; } catch (error) { return error.code; } };
  console.log(JSON.stringify({
    'read a file below': tried(() => fs.readFileSync('read/a')),
    'read the one file': tried(() => fs.readFileSync('file')),
    'write where one reads': tried(() => fs.writeFileSync('read/new', '')),
    'truncate where one reads': tried(() => fs.truncateSync('read/a')),
    'write and read': tried(() => { fs.writeFileSync('write/new', 'x'); fs.readFileSync('write/new'); }),
    'move to another directory': tried(() => { fs.mkdirSync('write/b'); fs.renameSync('write/new', 'write/b/new'); }),
    'move out': tried(() => fs.renameSync('write/b/new', 'read/new')),
    'read elsewhere': tried(() => fs.readFileSync('other')),
    'list elsewhere': tried(() => fs.readdirSync('.')),
    'follow a link elsewhere': tried(() => { fs.symlinkSync('../other', 'write/link'); fs.readFileSync('write/link'); }),
    'run a program': tried(() => execFileSync(process.execPath, ['--version'])),
  }));
`;

test('a confined process has the files it was left, and no others', { skip: !canConfine() }, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'click-ai-confine-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const name of ['read', 'write']) mkdirSync(join(directory, name));
  for (const name of ['read/a', 'file', 'other']) writeFileSync(join(directory, name), 'text');
  const options = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', CONFINED, import.meta.dirname];
  const found = JSON.parse(execFileSync(process.execPath, options, { cwd: directory, encoding: 'utf8' }));
  assert.deepEqual(found, {
    'read a file below': 'done',
    'read the one file': 'done',
    'write where one reads': 'EACCES',
    'truncate where one reads': 'EACCES',
    'write and read': 'done',
    'move to another directory': 'done',
    'move out': 'EACCES',
    'read elsewhere': 'EACCES',
    'list elsewhere': 'EACCES',
    'follow a link elsewhere': 'EACCES',
    'run a program': 'EACCES',
  });
});
