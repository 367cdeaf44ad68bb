import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../test/clickhouse.ts';

const root = join(import.meta.dirname, '../..');

interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command of ours to its end, with nothing in its environment but `environment`. */
async function run(module: string, environment: Record<string, string>, uid?: number): Promise<Result> {
  const child = spawn(process.execPath, [join(root, module)], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-preflight-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function freePortSettings(): Promise<Record<string, string>> {
  const names = ['HYPERDX_PORT', 'CLICKHOUSE_HTTP_PORT', 'CLICKHOUSE_TCP_PORT', 'OTLP_GRPC_PORT', 'OTLP_HTTP_PORT'];
  const ports = await freePorts(names.length);
  return { ...Object.fromEntries(names.map((name, i) => [name, String(ports[i])])), CONTROL_PORT: '0' };
}

test('a port held by another program: one line, exit code 1, nothing started', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const taken = (holder.address() as AddressInfo).port;
  const dataDir = join(await temporaryDirectory(t), 'data');
  const result = await run('embedded/src/main.ts', {
    ...(await freePortSettings()),
    HYPERDX_PORT: String(taken),
    DATA_DIR: dataDir,
  });
  assert.deepEqual(result, {
    code: 1,
    output: `Port ${taken} on 127.0.0.1 (HyperDX) is taken by another program: stop that program, or set HYPERDX_PORT to a free port.\n`,
  });
  assert.equal(existsSync(dataDir), false, 'what this start created is gone');
});

test('a run id that was used: one line, exit code 1, nothing started', async (t) => {
  const dataDir = join(await temporaryDirectory(t), 'data');
  await mkdir(join(dataDir, 'runs'), { recursive: true });
  await writeFile(join(dataDir, 'runs/same.json'), '{}');
  const result = await run('embedded/src/main.ts', {
    ...(await freePortSettings()),
    RUN_ID: 'same',
    DATA_DIR: dataDir,
  });
  assert.deepEqual(result, {
    code: 1,
    output: `RUN_ID="same" was used before (${dataDir}/runs/same.json): set RUN_ID to an id of its own for each run, or leave it unset to get one.\n`,
  });
  assert.deepEqual(await readdir(dataDir), ['runs']);
});

test('a data directory that is not writable: one line, exit code 1', async (t) => {
  // Root may write anywhere, so it lends the command another user.
  const uid = process.getuid?.() === 0 ? 65_534 : undefined;
  const parent = await temporaryDirectory(t);
  await chmod(parent, 0o755);
  const dataDir = join(parent, 'data');
  await mkdir(dataDir, { mode: 0o555 });
  const result = await run('embedded/src/main.ts', { ...(await freePortSettings()), DATA_DIR: dataDir }, uid);
  assert.deepEqual(result, {
    code: 1,
    output: `DATA_DIR="${dataDir}" is not writable for this user: change its permissions, or set DATA_DIR to a directory that is.\n`,
  });
});

test('wrong settings of both tables: a line each, exit code 2', async (t) => {
  const dataDir = join(await temporaryDirectory(t), 'data');
  const result = await run('embedded/src/main.ts', { DATA_DIR: dataDir, HOST: 'nowhere', LOAD: 'much' });
  assert.equal(result.code, 2);
  assert.match(result.output, /^HOST="nowhere": expected [^\n]+\nLOAD="much": expected [^\n]+\n$/);
});

test('reset deletes the data directory, and says so', async (t) => {
  const dataDir = join(await temporaryDirectory(t), 'data');
  await mkdir(join(dataDir, 'runs'), { recursive: true });
  assert.deepEqual(await run('embedded/src/reset.ts', { DATA_DIR: dataDir }), {
    code: 0,
    output: `Deleted runs in ${dataDir}.\n`,
  });
  assert.deepEqual(await run('embedded/src/reset.ts', { DATA_DIR: dataDir }), {
    code: 0,
    output: `Nothing to delete in ${dataDir}.\n`,
  });
});

test('reset refuses a directory that is not ours', async (t) => {
  const directory = await temporaryDirectory(t);
  await mkdir(join(directory, 'photos'));
  assert.deepEqual(await run('embedded/src/reset.ts', { DATA_DIR: directory }), {
    code: 1,
    output: `DATA_DIR="${directory}" is not a data directory of click-ai's: nothing was deleted.\n`,
  });
  assert.deepEqual(await readdir(directory), ['photos']);
});

test('SIGTERM while ClickHouse starts: nothing more is started, exit code 0', async (t) => {
  const dataDir = join(await temporaryDirectory(t), 'data');
  const stack = spawn(process.execPath, [join(root, 'embedded/src/main.ts')], {
    env: { ...(await freePortSettings()), DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [stack.stdout, stack.stderr]) stream.on('data', (text) => (output += text));
  await once(stack.stdout, 'data');
  await sleep(100);
  stack.kill('SIGTERM');
  assert.deepEqual(await once(stack, 'close'), [0, null], output);
  assert.match(output, /Stopped before everything had started\.\n$/);
});
