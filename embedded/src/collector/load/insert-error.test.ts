import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InsertError } from './insert-error.ts';

/** How ClickHouse 26.7 words a full disk, by where it meets it. */
const FULL_DISK: readonly [code: number, message: string][] = [
  [243, 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)'],
  [75, 'Code: 75. DB::ErrnoException: Cannot write to file: , errno: 28, strerror: No space left on device.'],
  [
    1001,
    'std::exception. Code: 1001, type: std::__1::__fs::filesystem::filesystem_error, e.what() = filesystem error: in create_directories',
  ],
  [294, 'Code: 294. DB::Exception: Cannot write to file: errno: 28, strerror: No space left on device.'],
];

test("a full disk is never the data's fault, whatever its code", () => {
  for (const [code, message] of FULL_DISK) {
    const error = new InsertError(message, code);
    assert.equal(error.isDataError, false, message);
    assert.equal(error.isPerhapsDataError, false, message);
  }
});

test('an exception of another kind may be', () => {
  assert.equal(new InsertError('std::exception. Code: 1001, type: std::length_error', 1001).isPerhapsDataError, true);
});

test('a table that was changed, and memory that others use, are never the data’s fault', () => {
  for (const [code, message] of [
    [16, 'Code: 16. DB::Exception: No such column EventName in table otel.otel_logs. (NO_SUCH_COLUMN_IN_TABLE)'],
    [241, 'Code: 241. DB::Exception: User memory limit exceeded: would use 601.00 MiB. (MEMORY_LIMIT_EXCEEDED)'],
    [241, 'Code: 241. DB::Exception: (total) memory limit exceeded: would use 2.01 GiB. (MEMORY_LIMIT_EXCEEDED)'],
  ] as const) {
    const error = new InsertError(message, code);
    assert.deepEqual([error.isDataError, error.isPerhapsDataError, error.isTooLarge], [false, false, false], message);
  }
});
