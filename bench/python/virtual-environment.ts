import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BenchmarkError } from '../benchmarks.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/bench-python');

/** The path of a Python that has what requirements.txt names, installed on the first call. Throws a {@link BenchmarkError} without Python 3. */
export async function pythonWithSdk(): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 16);
  const environment = join(CACHE, digest);
  if (!existsSync(environment)) await install(environment);
  return join(environment, 'bin/python');
}

async function install(environment: string): Promise<void> {
  console.error('installing the Python SDK from PyPI: this takes a minute, once');
  // Only what is whole gets its name, so a run that was stopped half-way is begun again.
  const unfinished = `${environment}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', unfinished]);
  await run(join(unfinished, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS]);
  await rename(unfinished, environment);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : String(cause);
    throw new BenchmarkError(
      `${program} ${args.join(' ')}: ${reason}; expected Python 3.10 or newer with venv and pip, and PyPI within reach. Install python3-venv.`,
      { cause },
    );
  }
}
