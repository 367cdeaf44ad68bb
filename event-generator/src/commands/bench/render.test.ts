import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createPalette } from '../../terminal/palette.ts';
import { bar, sparkline } from './bars.ts';
import { type InsertedRow, type StoredRow, toIngestion } from './ingestion.ts';
import { renderSeconds, renderSecondsHeader, renderSummary } from './render.ts';

const NOW = Date.UTC(2026, 10, 23, 20, 31, 5) / 1000;

const stored = (signal: StoredRow['signal'], rows: number, newest: number): StoredRow => ({
  signal,
  now: NOW + 0.75,
  newest_event: newest,
  stored_rows: rows,
  uncompressed_bytes: rows * 800,
  compressed_bytes: rows * 64,
  parts_kept_seconds: 90,
});

const inserted = (signal: InsertedRow['signal'], second: number, rows: number): InsertedRow => ({
  signal,
  second,
  inserted_rows: rows,
  inserted_bytes: rows * 900,
  inserted_bytes_on_disk: rows * 70,
});

const INGESTION = toIngestion(
  [stored('traces', 12_345_678, NOW - 0.5), stored('logs', 500, NOW + 3.75), stored('metrics', 0, 0)],
  [
    inserted('traces', NOW - 61, 1_200),
    inserted('traces', NOW - 3, 2_400),
    inserted('traces', NOW - 2, 1_800),
    inserted('traces', NOW - 1, 9),
    inserted('logs', NOW - 2, 40),
    inserted('traces', NOW - 62, 7_777),
  ],
);

const plain = createPalette(false);

suite('the last minute', () => {
  test('ends with the last complete second, and the ones still filling are not shown as a dip', () => {
    assert.deepEqual(
      [renderSecondsHeader(INGESTION, plain), ...renderSeconds(INGESTION, 3)],
      [
        'UTC        traces rows/s   MB/s     logs rows/s   MB/s  metrics rows/s   MB/s',
        '20:31:01        0          0.00         0          0.00         0          0.00',
        '20:31:02    2,400 ███████  2.16         0          0.00         0          0.00',
        '20:31:03    1,800 █████▎   1.62        40 ███████  0.04         0          0.00',
      ],
    );
  });

  test('is summed up in 80 columns and 23 lines', () => {
    const lines = renderSummary(INGESTION, plain);
    assert.ok(lines.length <= 23, `${lines.length} lines`);
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
    assert.equal(lines[0], 'Ingestion by the second of its INSERT  20:30:04 to 20:31:03 UTC');
    assert.equal(lines[2], `traces   rows/s ▄${'·'.repeat(57)}█▆`);
    const figures = lines.slice(9, 12).map((line) => line.trimEnd());
    assert.deepEqual(figures, [
      '                        min     median       mean        max       60 s',
      'traces   rows/s           0          0         90      2,400      5,400',
      '         MB/s          0.00       0.00       0.08       2.16       4.86',
    ]);
    assert.deepEqual(lines.slice(-4), [
      '                        newest    compressed written, 60 s        stored',
      'traces                   1.3 s      12.5 : 1       0.38 MB        12.3 M',
      'logs               3.0 s ahead      12.5 : 1       0.00 MB           500',
      'metrics                      -             -       0.00 MB             0',
    ]);
  });

  test('warns where the server forgets merged parts too early', () => {
    const forgetful = renderSummary({ ...INGESTION, partsKeptSeconds: 0 }, plain).at(-1);
    assert.match(forgetful ?? '', /forgets merged parts after 0 s \(old_parts_lifetime\)/);
  });
});

suite('bars', () => {
  test('anything above nothing can be seen', () => {
    assert.equal(sparkline([0, 1, 500, 1_000]), '·▁▄█');
    assert.equal(bar(1, 1_000, 4), '▏   ');
    assert.equal(bar(1_000, 1_000, 4), '████');
    assert.equal(bar(0, 1_000, 4), '    ');
  });
});
