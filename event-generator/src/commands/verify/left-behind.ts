import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const noteSchema = z.object({ signal: z.string(), items: z.int().min(0) });

/**
 * Where acknowledged items that are not stored may be: in the embedded collector's spool, which it stores when it runs, or in its quarantine,
 * for good. A line for each place in `dataDir` that holds something, of whatever run; none where another collector was used.
 */
export async function leftBehind(dataDir: string): Promise<string[]> {
  const [spool, quarantine] = [join(dataDir, 'spool'), join(dataDir, 'quarantine')];
  const waiting = await bytesIn(spool);
  const refused = await refusedItems(quarantine);
  return [
    ...(waiting > 0
      ? [
          `${spool} holds ${waiting.toLocaleString('en-US')} bytes of telemetry; the collector stores it when it runs (npm start).`,
        ]
      : []),
    ...(refused > 0
      ? [`${quarantine} keeps ${refused.toLocaleString('en-US')} items that ClickHouse refused, and why.`]
      : []),
  ];
}

async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.otlp'));
  const sizes = await Promise.all(
    // The collector may have stored and deleted it meanwhile.
    files.map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function refusedItems(directory: string): Promise<number> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'));
  let items = 0;
  for (const name of names) {
    const note = noteSchema.safeParse(await readJson(join(directory, name)));
    items += note.data?.items ?? 0;
  }
  return items;
}

/** Undefined for a file that is being written, or gone. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
