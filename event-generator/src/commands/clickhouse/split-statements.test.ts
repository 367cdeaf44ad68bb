import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { splitStatements } from './split-statements.ts';

const sql = (text: string) => splitStatements(text).statements.map((statement) => statement.sql);

suite('splitting an SQL text into statements', () => {
  test('a semicolon ends a statement; empty ones do not count', () => {
    assert.deepEqual(sql('SELECT 1;\nSELECT\n  2 ;;\n;'), ['SELECT 1', 'SELECT\n  2']);
  });

  test('a semicolon in a string, a quoted name, a comment or a heredoc ends nothing', () => {
    const statements = [
      "SELECT 'a;b', 'it''s;', '\\';'",
      'SELECT 1 AS "a;""b", 2 AS `c;``d`',
      'SELECT 1 -- one; or two\n, 2',
      'SELECT 1 # one; or two\n, 2 #! three; four\n',
      'SELECT /* a; /* b; */ 1',
      'SELECT $$a;b$$, $tag$c; $$ d;$tag$',
      'SELECT a$b$ FROM t',
    ];
    assert.deepEqual(
      sql(statements.join(';\n')).concat(splitStatements(statements.join(';\n')).rest?.sql ?? ''),
      statements.map((statement) => statement.trim()),
    );
  });

  test('dashes in a string open no comment, and a quote in a comment no string', () => {
    assert.deepEqual(sql("SELECT '-- x'; -- it's over\nSELECT 2;"), ["SELECT '-- x'", 'SELECT 2']);
  });

  test('the comment directly above is the statement’s, a header further up is not', () => {
    const { statements } = splitStatements(
      '-- A file of queries;\n-- two of them.\n\n-- 1. How many?\n-- More is better.\nSELECT 1; -- remark\n\n-- 2. Why?\n\nSELECT\n -- inside\n 2;',
    );
    assert.deepEqual(statements, [
      { sql: 'SELECT 1', comment: ['1. How many?', 'More is better.'] },
      { sql: 'SELECT\n -- inside\n 2', comment: ['2. Why?'] },
    ]);
  });

  test('what the last semicolon leaves over is told apart, unless it is comments alone', () => {
    assert.deepEqual(splitStatements("SELECT 1; SELECT 'a;").rest, { sql: "SELECT 'a;", comment: [] });
    assert.equal(splitStatements('SELECT 1; -- done\n/* really */ ').rest, undefined);
  });
});
