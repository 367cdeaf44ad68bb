import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const shared = join(import.meta.dirname, '../../../config');

/**
 * Lays out `directory` as the official image lays out /etc/clickhouse-server. Settings: the shared file, and over it in config.d what
 * only the embedded server needs. Users: a base file of the embedded server's own, since it needs a `default` of its own kind, and
 * the shared one over it in users.d.
 *
 * @returns the path for `--config-file`
 */
export async function writeConfiguration(directory: string): Promise<string> {
  await Promise.all(['config.d', 'users.d'].map((name) => mkdir(join(directory, name), { recursive: true })));
  const copies = [
    [join(shared, 'clickhouse-config.xml'), 'config.xml'],
    [join(import.meta.dirname, 'embedded-config.xml'), 'config.d/embedded.xml'],
    [join(import.meta.dirname, 'embedded-users.xml'), 'users.xml'],
    [join(shared, 'clickhouse-users.xml'), 'users.d/click-ai.xml'],
  ] as const;
  await Promise.all(copies.map(([from, to]) => copyFile(from, join(directory, to))));
  return join(directory, 'config.xml');
}
