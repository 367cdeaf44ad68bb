import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireGo } from './go.ts';

/** The OpenTelemetry project's own load generator, of the release of the Collector it is measured with. */
const VERSION = '0.161.0';
const MODULE = `github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v${VERSION}`;
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/telemetrygen', VERSION);

/** The path of telemetrygen, compiled from its Go module on the first call. */
export async function buildTelemetrygen(): Promise<string> {
  requireGo();
  const binary = join(CACHE, 'telemetrygen');
  if (existsSync(binary)) return binary;
  console.error(`building telemetrygen ${VERSION} from its Go module: this takes a minute or two, once`);
  await mkdir(CACHE, { recursive: true });
  // The machine's GOFLAGS and go.work are not meant for a module outside of any other. `go install` renames what is whole.
  const env = { ...process.env, GOBIN: CACHE, GOFLAGS: '', GOWORK: 'off' };
  await promisify(execFile)('go', ['install', MODULE], { cwd: CACHE, env });
  return binary;
}
