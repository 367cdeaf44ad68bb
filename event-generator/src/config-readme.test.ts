import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SETTINGS } from './config.ts';
import type { Setting } from './setting.ts';

test('the README has a row for every setting of the event-generator, as it is', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const rows = readme.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
  const documented = rows.map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, 4),
  );
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const expected = [`\`${name}\``, settingDefault(setting), setting.description];
    assert.deepEqual(
      documented.find(([cell]) => cell === `\`${name}\``),
      expected,
    );
  }
});

function settingDefault(setting: Setting): string {
  return setting.default === undefined ? (setting.defaultNote ?? '') : `\`${setting.default}\``;
}
