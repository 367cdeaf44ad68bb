import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(import.meta.dirname, '../../../../node_modules/.cache/otlp-oracle');

/**
 * A Python that has what requirements.txt names: an environment of its own, made once, and again when that file has changed.
 * @throws Error with what pip says
 */
export async function oraclePython(): Promise<string> {
  const requirements = readFileSync(REQUIREMENTS, 'utf8');
  const directory = join(CACHE, createHash('sha256').update(requirements).digest('hex').slice(0, 16));
  const python = join(directory, 'bin/python');
  const isWhole = join(directory, 'installed');
  if (existsSync(isWhole)) return python;
  console.error(`installing OTLP's Python classes into ${directory}: this takes seconds, once`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', directory]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
  await writeFile(isWhole, '');
  return python;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-2_000)}`);
}
