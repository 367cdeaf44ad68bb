import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SETTINGS, type Setting } from './settings.ts';

test('the README has a row for every setting of the embedded stack, as it is', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const rows = readme.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
  const expected = Object.entries<Setting>(SETTINGS).map(
    ([name, setting]) => `| \`${name}\` | \`${setting.default}\` | ${setting.description} |`,
  );
  assert.deepEqual(
    expected.filter((row) => !rows.includes(row)),
    [],
  );
});
