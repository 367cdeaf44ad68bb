import { existsSync } from 'node:fs';
import { readConfig } from '../embedded/src/config.ts';
import { startBackend } from '../embedded/src/supervisor/backend.ts';
import { claimDataDirectory } from '../embedded/src/supervisor/data-directory.ts';
import { checkPorts } from '../embedded/src/supervisor/ports.ts';
import type { Service } from '../embedded/src/supervisor/service.ts';
import { pagesSchema } from '../event-generator/src/exam/schemas.ts';
import { SetError } from './set-error.ts';
import { readJsonFile, setPaths } from './set-files.ts';

const NO_CONTROL = { host: '', port: 0 };

/** Serves the telemetry of a set, in ClickHouse and in HyperDX, until `stop`; nothing is added to it. Throws a {@link SetError}. */
export async function serveSet(directory: string, print: (line: string) => void, stop: AbortSignal): Promise<void> {
  const paths = setPaths(directory);
  if (!existsSync(paths.pages)) throw new SetError(`${directory} holds no set: expected what npm run eval has made.`);
  const { from, to, pages } = await readJsonFile(paths.pages, pagesSchema);
  const config = readConfig({ ...process.env, DATA_DIR: paths.store });
  const claim = await claimDataDirectory(config.dataDir, config.paths);
  const running: Service[] = [];
  try {
    await checkPorts({ ...config, control: NO_CONTROL }, { stop });
    const kill = new AbortController().signal;
    await startBackend({ config, stop, kill, report: print, onReady: () => {}, onStopping: () => {} }, running);
    const { CLICKHOUSE_HTTP_PORT: http, HYPERDX_PORT: page } = config.ports;
    const extent = `isLive=false&from=${Date.parse(from)}&to=${Date.parse(to)}`;
    for (const line of [
      `${pages.length} pages in ${paths.pages}, telemetry from ${from} to ${to}`,
      `  HyperDX     http://localhost:${page}/clickstack/search?${extent}`,
      `  ClickHouse  http://localhost:${http}   user admin, with the password of npm start`,
      '  Ctrl-C stops it.',
    ])
      print(line);
    if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  } finally {
    for (const service of running.reverse()) await service.stop();
    claim.release();
  }
}
