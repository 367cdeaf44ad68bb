import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Setting } from './setting.ts';
import { CLICKHOUSE_SETTINGS, CONTROL_CLIENT_SETTINGS, SETTINGS } from './settings.ts';

test('the README has a row for every setting of the event-generator and of its commands, as it is', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const rows = readme.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
  const expected = [SETTINGS, CLICKHOUSE_SETTINGS, CONTROL_CLIENT_SETTINGS].flatMap((settings) =>
    Object.entries<Setting>(settings).map(
      ([name, setting]) => `| \`${name}\` | ${settingDefault(setting)} | ${setting.description} |`,
    ),
  );
  assert.deepEqual(
    expected.filter((row) => !rows.includes(row)),
    [],
  );
});

function settingDefault(setting: Setting): string {
  return setting.default === undefined ? (setting.defaultNote ?? '') : `\`${setting.default}\``;
}
