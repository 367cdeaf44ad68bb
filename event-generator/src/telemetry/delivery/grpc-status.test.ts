import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isAmbiguous, judge, statusName } from './grpc-status.ts';

const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

suite('the verdict on a failed export', () => {
  test('what the OTLP specification calls retriable is retried for ever', () => {
    for (const code of [1, 4, RESOURCE_EXHAUSTED, 10, 11, UNAVAILABLE, 15]) {
      assert.equal(judge({ code, message: 'later' }, 1_000), 'retry', statusName(code));
    }
  });

  test('what it does not is refused at once', () => {
    for (const code of [INVALID_ARGUMENT, 5, 7, 9, 12, 16, undefined]) {
      assert.equal(judge({ code, message: 'no' }, 1), 'reject', statusName(code));
    }
  });

  test('a message above the receiver’s limit is divided, whoever says so', () => {
    const grpcJs = 'Received message larger than max (5242880 vs 4194304)';
    const grpcGo = 'grpc: received message larger than max (5242880 vs. 4194304)';
    assert.equal(judge({ code: RESOURCE_EXHAUSTED, message: grpcJs }, 1), 'split');
    assert.equal(judge({ code: RESOURCE_EXHAUSTED, message: grpcGo }, 1), 'split');
  });

  test('a connection that breaks under a call gives the batch a few more chances, whatever else failed before', () => {
    assert.equal(isAmbiguous(UNKNOWN), true);
    assert.equal(isAmbiguous(RESOURCE_EXHAUSTED), false);
    assert.equal(judge({ code: UNKNOWN, message: 'stream closed' }, 4), 'retry');
    assert.equal(judge({ code: UNKNOWN, message: 'stream closed' }, 5), 'reject');
  });
});
