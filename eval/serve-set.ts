import { existsSync } from 'node:fs';
import { pagesSchema } from '../event-generator/src/exam/schemas.ts';
import { SetError } from './set-error.ts';
import { readJsonFile, setPaths } from './set-files.ts';
import { withStore } from './with-store.ts';

/** Serves the telemetry of a set, in ClickHouse and in HyperDX, until `stop`; nothing is added to it. Throws a {@link SetError}. */
export async function serveSet(directory: string, print: (line: string) => void, stop: AbortSignal): Promise<void> {
  const paths = setPaths(directory);
  if (!existsSync(paths.pages)) throw new SetError(`${directory} holds no set: expected what npm run eval has made.`);
  const { from, to, pages } = await readJsonFile(paths.pages, pagesSchema);
  await withStore({ directory: paths.store, settings: {}, print, stop }, async ({ config }) => {
    const { CLICKHOUSE_HTTP_PORT: http, HYPERDX_PORT: page } = config.ports;
    const extent = `isLive=false&from=${Date.parse(from)}&to=${Date.parse(to)}`;
    print(`${pages.length} pages in ${paths.pages}, telemetry from ${from} to ${to}`);
    print(`  HyperDX     http://localhost:${page}/clickstack/search?${extent}`);
    print(`  ClickHouse  http://localhost:${http}   user admin, with the password of npm start`);
    print('  Ctrl-C stops it.');
    if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  });
}
