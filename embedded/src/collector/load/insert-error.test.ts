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
