import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parsePlaybook } from './parse-playbook.ts';

suite('reading a playbook', () => {
  test('each query has its heading’s number and question, and how to read the answer', () => {
    const text = [
      '-- Questions for anything.',
      '',
      '-- 1. What is arriving?',
      '-- One row a service;',
      '-- none is bad.',
      'SELECT 1;',
      '',
      '-- 12. Why?',
      "SELECT ';';",
    ].join('\n');
    assert.deepEqual(parsePlaybook(text), [
      {
        number: 1,
        question: 'What is arriving?',
        explanation: ['One row a service;', 'none is bad.'],
        sql: 'SELECT 1',
      },
      { number: 12, question: 'Why?', explanation: [], sql: "SELECT ';'" },
    ]);
  });

  test('any other SQL file runs too, by position', () => {
    assert.deepEqual(
      parsePlaybook('-- 7. Numbered\nSELECT 7;\n-- Not numbered\nSELECT 2;\nSELECT 3').map((query) => [
        query.number,
        query.question,
        query.sql,
      ]),
      [
        [1, '7. Numbered', 'SELECT 7'],
        [2, 'Not numbered', 'SELECT 2'],
        [3, '', 'SELECT 3'],
      ],
    );
  });

  test('a file of comments holds no query', () => {
    assert.deepEqual(parsePlaybook('-- 1. Soon\n/* SELECT 1; */\n'), []);
  });
});
