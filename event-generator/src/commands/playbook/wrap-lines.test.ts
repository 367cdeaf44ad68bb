import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrapLines } from './wrap-lines.ts';

test('prose flows to the width, lists keep their lines, and a word that is too long is broken', () => {
  const lines = [
    'One row a service: the',
    'slowest comes first.',
    '- a list',
    '  indented',
    'unbreakable/path/of/a/file',
  ];
  assert.deepEqual(wrapLines(lines, 20), [
    'One row a service:',
    'the slowest comes',
    'first.',
    '- a list',
    '  indented',
    'unbreakable/path/of/',
    'a/file',
  ]);
});
