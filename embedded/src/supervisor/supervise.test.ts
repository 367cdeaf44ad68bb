import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, forkChild } from './child-process.ts';
import { type Part, supervise } from './supervise.ts';

const never = new AbortController().signal;

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'click-ai-supervise-'));
});
after(() => rm(directory, { recursive: true }));

/** A part that runs `script` as a process of its own; `children` holds each of them, the present one last. */
async function scriptPart(script: string): Promise<Part & { readonly children: Child[] }> {
  const module = join(directory, `${Math.random()}.js`);
  await writeFile(module, script);
  const children: Child[] = [];
  return {
    name: 'the script',
    children,
    async start() {
      const child = forkChild({ module, environment: {}, kill: never });
      children.push(child);
      return { name: 'the script', ended: child.ended, stop: () => child.stop(5_000) };
    },
  };
}

const LASTS = 'setInterval(() => {}, 1_000)';

test('what dies is started again with a line at its death and one at its return; what is stopped is not', async () => {
  const part = await scriptPart(LASTS);
  const lines: string[] = [];
  const service = await supervise(part, { stop: never, report: (line) => lines.push(line) });
  part.children[0]!.process.kill('SIGKILL');
  while (lines.length < 2) await sleep(10);
  assert.equal(lines[0], 'The script died (SIGKILL): starting it again.');
  assert.match(lines[1]!, /^The script is back after 0\.\d s\.$/);

  await service.stop();
  assert.equal((await part.children[1]!.ended).how, 'SIGTERM');
  await sleep(500);
  assert.equal(part.children.length, 2);
  assert.equal(lines.length, 2);
});

test('a part that dies five times within a minute has ended, with how it died the last time', async () => {
  const part = await scriptPart('process.exit(7)');
  const lines: string[] = [];
  const service = await supervise(part, { stop: never, report: (line) => lines.push(line) });
  assert.deepEqual(await service.ended, { ok: false, how: 'exit code 7', hasFinished: false });
  assert.equal(part.children.length, 5);
  assert.equal(lines.filter((line) => line === 'The script died (exit code 7): starting it again.').length, 4);
});

test('starts that fail are deaths, without lines of their own', async () => {
  const part = await scriptPart(LASTS);
  let starts = 0;
  const failing: Part = {
    name: part.name,
    start(calledOff) {
      starts += 1;
      return starts === 1 ? part.start(calledOff) : Promise.reject(new Error(`no room, attempt ${starts}`));
    },
  };
  const lines: string[] = [];
  const service = await supervise(failing, { stop: never, report: (line) => lines.push(line) });
  part.children[0]!.process.kill('SIGKILL');
  assert.deepEqual(await service.ended, { ok: false, how: 'no room, attempt 5', hasFinished: false });
  assert.deepEqual(lines, ['The script died (SIGKILL): starting it again.']);
});

test('a part that has done what it was there for is left alone', async () => {
  const part = await scriptPart('process.exit(1)');
  const service = await supervise(
    { ...part, hasFinished: async ({ how }) => how === 'exit code 1' },
    { stop: never, report: assert.fail },
  );
  assert.deepEqual(await service.ended, { ok: false, how: 'exit code 1', hasFinished: true });
  assert.equal(part.children.length, 1);
});

test('a stop in the pause before a start ends it at once, and nothing is started any more', async () => {
  const part = await scriptPart(LASTS);
  const lines: string[] = [];
  const service = await supervise(part, { stop: never, report: (line) => lines.push(line) });
  part.children[0]!.process.kill('SIGKILL');
  while (lines.length < 1) await sleep(1);
  await service.stop();
  await service.ended;
  await sleep(500);
  assert.equal(part.children.length, 1);
});
