import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, type TestContext, test } from 'node:test';
import { pathsIn } from '../config.ts';
import { checkFreeSpace, claimDataDirectory, deleteDataDirectory } from './data-directory.ts';

let directory: string;
beforeEach(async (context) => {
  directory = await mkdtemp(join(tmpdir(), 'click-ai-data-'));
  // node:test gives hooks the context of the test they belong to.
  (context as TestContext).after(() => rm(directory, { recursive: true, force: true }));
});

const claim = (path = directory) => claimDataDirectory(path, pathsIn(path));
const remove = (path = directory) => deleteDataDirectory(path, pathsIn(path));

test('a directory is claimed by one run at a time', async () => {
  const first = await claim();
  assert.equal(first.afterCrash, false);
  await assert.rejects(claim(), {
    name: 'SupervisorError',
    message: new RegExp(
      `^DATA_DIR="${directory}" is in use by another run of click-ai \\(process ${process.pid}, since \\d{4}-[^)]+\\): stop that one, or set DATA_DIR, and the ports, for this one\\.$`,
    ),
  });
  first.release();
  (await claim()).release();
});

test('a killed run lets go of its directory, and the next one knows', async () => {
  const script = `
    import { claimDataDirectory } from './embedded/src/supervisor/data-directory.ts';
    import { pathsIn } from './embedded/src/config.ts';
    await claimDataDirectory(${JSON.stringify(directory)}, pathsIn(${JSON.stringify(directory)}));
    console.log('claimed');
    setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(run.stdout, 'data');
  await assert.rejects(claim(), { message: new RegExp(`\\(process ${run.pid}, `) });
  run.kill('SIGKILL');
  await once(run, 'exit');
  const next = await claim();
  assert.equal(next.afterCrash, true);
  next.release();
});

test('a directory with files of others is neither used nor deleted', async () => {
  await writeFile(join(directory, 'thesis.tex'), '');
  await mkdir(join(directory, 'runs'));
  await assert.rejects(claim(), {
    message: `DATA_DIR="${directory}" holds files that are not click-ai's: set DATA_DIR to an empty or a new directory.`,
  });
  await assert.rejects(remove(), {
    message: `DATA_DIR="${directory}" is not a data directory of click-ai's: nothing was deleted.`,
  });
  assert.deepEqual((await readdir(directory)).sort(), ['runs', 'thesis.tex']);
});

test('a path that is no directory is told as such', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  await assert.rejects(claim(file), { message: `DATA_DIR="${file}" is not a directory: set DATA_DIR to one.` });
  const below = join(file, 'data');
  await assert.rejects(claim(below), { message: `DATA_DIR="${below}" is not a directory: set DATA_DIR to one.` });
});

test('a full disk is told with what is needed', async () => {
  await checkFreeSpace(directory, directory, 1);
  await assert.rejects(checkFreeSpace('.data', directory, 1e18), {
    message:
      /^The disk of DATA_DIR="\.data" has [\d,]+ MB free, and 1,000,000,000,000 MB are needed: free some space, or set DATA_DIR/,
  });
});

test('deleting removes what is ours, keeps what is not, and does nothing the second time', async () => {
  (await claim()).release();
  for (const name of ['clickhouse', 'runs', 'spool']) await mkdir(join(directory, name, 'x'), { recursive: true });
  await writeFile(join(directory, 'notes.txt'), 'mine');
  assert.deepEqual((await remove()).sort(), ['clickhouse', 'runs', 'spool']);
  assert.deepEqual(await readdir(directory), ['notes.txt']);

  const other = join(directory, 'other');
  (await claim(other)).release();
  await mkdir(join(other, 'spool'));
  assert.deepEqual(await remove(other), ['spool']);
  assert.equal(existsSync(other), false);
  assert.deepEqual(await remove(other), []);
});

test('the directory of a run is not deleted under it', async () => {
  const run = await claim();
  await mkdir(join(directory, 'spool'));
  await assert.rejects(remove(), { message: /is in use by another run of click-ai/ });
  assert.ok(existsSync(join(directory, 'spool')));
  run.release();
});

test('a path that cannot be made is told, not tried for ever', { skip: process.platform !== 'linux' }, async () => {
  for (const path of ['/proc/nowhere', '/proc/nowhere/data'])
    await assert.rejects(claim(path), { message: new RegExp(`^DATA_DIR="${path}" cannot be used \\(ENOENT[^\\n]+$`) });
});

test('a path with a backslash is refused, which ClickHouse does not take', async () => {
  const path = join(directory, 'back\\slash');
  await assert.rejects(claim(path), { message: /has a backslash in its path/ });
  assert.deepEqual(await readdir(directory), []);
});

test('a claim given up leaves what was there before, and nothing else', async () => {
  const nested = join(directory, 'a/b');
  (await claim(nested)).abandon();
  assert.deepEqual(await readdir(directory), []);

  (await claim(nested)).release();
  (await claim(nested)).abandon();
  assert.deepEqual(await readdir(nested), ['.click-ai.lock']);
});
