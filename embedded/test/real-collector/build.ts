import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const BUILDER_FILE = join(import.meta.dirname, 'builder.yaml');
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/otelcol-contrib');

/** Why the real collector can't be built here, for a test's `skip`; false where it can. */
export const GO_MISSING = hasGo()
  ? false
  : 'the real collector is built with Go, and there is no `go` here: https://go.dev/dl';

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * The path of an OpenTelemetry Collector made of what builder.yaml names. Compiled from its Go modules with the collector builder
 * once, which takes minutes, and again when builder.yaml has changed.
 *
 * @throws Error with the end of the builder's output
 */
export async function buildCollector(): Promise<string> {
  const file = readFileSync(BUILDER_FILE, 'utf8');
  const directory = join(CACHE, createHash('sha256').update(file).digest('hex').slice(0, 16));
  const binary = join(directory, 'otelcol-contrib');
  if (existsSync(binary)) return binary;

  const version = /^ {2}version: (\S+)$/m.exec(file)![1]!;
  console.error(`building the OpenTelemetry Collector ${version} from its Go modules: this takes minutes, once`);
  await mkdir(CACHE, { recursive: true });
  // Aside and then renamed: two runs at a time, or one that is interrupted, leave nothing half made.
  const workshop = await mkdtemp(join(CACHE, 'building-'));
  try {
    await run(workshop, 'go', [
      'run',
      `go.opentelemetry.io/collector/cmd/builder@v${version}`,
      '--config',
      BUILDER_FILE,
    ]);
    await mkdir(directory, { recursive: true });
    await rename(join(workshop, 'otelcol-contrib'), binary);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return binary;
}

async function run(cwd: string, command: string, args: readonly string[]): Promise<void> {
  // A module outside of any other: GOFLAGS and go.work of the machine are not meant for it.
  const child = spawn(command, args, { cwd, env: { ...process.env, GOFLAGS: '', GOWORK: 'off' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4_000)}`);
}
