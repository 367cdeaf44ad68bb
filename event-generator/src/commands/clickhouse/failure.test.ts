import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ClickHouseError } from '@clickhouse/client';
import { toFailure, UnavailableError, usefulPart } from './failure.ts';

const CONFIG = { url: 'http://localhost:8123', user: 'admin', password: 'hunter2' };

suite('what went wrong, on one line', () => {
  test('ClickHouse’s message keeps what a person needs', () => {
    assert.equal(
      usefulPart("Unknown expression identifier `a` in scope SELECT a,\n b FROM t. Maybe you meant: ['A']. "),
      "Unknown expression identifier `a`. Maybe you meant: ['A']",
    );
    assert.equal(
      usefulPart('Syntax error: failed at position 7 (1): 1. Expected one of: token sequence, Dot, FROM. '),
      'Syntax error: failed at position 7 (1): 1',
    );
    assert.equal(
      usefulPart("Cannot parse string 'x' as Int8: while executing 'FUNCTION toInt8(x :: 0) -> toInt8(x)'. "),
      "Cannot parse string 'x' as Int8",
    );
  });

  test('a statement’s error has its name and code', () => {
    const error = new ClickHouseError({ message: 'Division by zero. ', code: '153', type: 'ILLEGAL_DIVISION' });
    assert.equal(String(toFailure(error, CONFIG)), 'StatementError: Division by zero (ILLEGAL_DIVISION, code 153)');
  });

  test('no error tells the password', () => {
    const refused = new ClickHouseError({ message: 'hunter2', code: '516', type: 'AUTHENTICATION_FAILED' });
    const failure = toFailure(refused, CONFIG);
    assert.ok(failure instanceof UnavailableError);
    assert.doesNotMatch(failure.message, /hunter2/);
    assert.match(failure.message, /CLICKHOUSE_USER and CLICKHOUSE_PASSWORD/);
  });
});
