import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { foldTable } from './fold-table.ts';

const TABLE = [
  '┌─service─┬─spans─┬─errors─┬─note─┐',
  '│ auth    │    12 │      3 │ a│b  │',
  '│ feed    │     7 │      0 │ 靴   │',
  '└─────────┴───────┴────────┴──────┘',
  '',
].join('\n');

suite('folding a table to a width', () => {
  test('one that fits stays as it is, and so does what is no table', () => {
    assert.equal(foldTable(TABLE, 35), TABLE);
    assert.equal(foldTable('Row 1:\nname: a very long line\n', 10), 'Row 1:\nname: a very long line\n');
    assert.equal(foldTable('', 10), '');
  });

  test('one that is too wide is folded at its columns, each part beginning with the first', () => {
    assert.equal(
      foldTable(TABLE, 30),
      [
        '┌─service─┬─spans─┬─errors─┐',
        '│ auth    │    12 │      3 │',
        '│ feed    │     7 │      0 │',
        '└─────────┴───────┴────────┘',
        '',
        '┌─service─┬─note─┐',
        '│ auth    │ a│b  │',
        '│ feed    │ 靴   │',
        '└─────────┴──────┘',
        '',
      ].join('\n'),
    );
  });

  test('colours take no room and stay with their values', () => {
    const coloured = TABLE.replace('auth', '\x1b[1mauth\x1b[0m').replace('12', '\x1b[4m12\x1b[0m');
    assert.equal(foldTable(coloured, 35), coloured);
    const folded = foldTable(coloured, 20).split('\n');
    assert.equal(folded[1], '│ \x1b[1mauth\x1b[0m    │    \x1b[4m12\x1b[0m │');
  });
});
