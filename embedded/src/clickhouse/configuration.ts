import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const shared = join(import.meta.dirname, '../../../config');

/**
 * Lays out `directory` as the official image lays out /etc/clickhouse-server, the shared files where Docker mounts them:
 *
 *     config.xml                  empty here
 *     config.d/click-ai.xml       config/clickhouse-config.xml
 *     config.d/embedded.xml       what only the embedded server needs
 *     users.xml                   the embedded server's own, since it needs a `default` of its own kind
 *     users.d/click-ai.xml        config/clickhouse-users.xml
 *
 * @returns the path for `--config-file`
 */
export async function writeConfiguration(directory: string): Promise<string> {
  await Promise.all(['config.d', 'users.d'].map((name) => mkdir(join(directory, name), { recursive: true })));
  const copies = [
    [join(shared, 'clickhouse-config.xml'), 'config.d/click-ai.xml'],
    [join(import.meta.dirname, 'embedded-config.xml'), 'config.d/embedded.xml'],
    [join(import.meta.dirname, 'embedded-users.xml'), 'users.xml'],
    [join(shared, 'clickhouse-users.xml'), 'users.d/click-ai.xml'],
  ] as const;
  await Promise.all(copies.map(([from, to]) => copyFile(from, join(directory, to))));
  const main = join(directory, 'config.xml');
  await writeFile(main, '<clickhouse/>\n');
  return main;
}
