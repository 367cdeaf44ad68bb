import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Clock } from '../simulation/clock.ts';
import { renderStatus } from './lines.ts';
import { createPalette } from './palette.ts';
import { createTerminal } from './terminal.ts';

const STATUS = {
  phase: 'DROP_LIVE',
  secondsLeft: 84.2,
  workers: 40,
  ok: 842,
  errors: 61,
  inventory: 310,
  queueDepth: 12,
  spansPerSecond: 1644.4,
  waiting: 0,
};

suite('terminal', () => {
  test('a status line fits 80 columns and stands under the one before', () => {
    const paint = createPalette(false);
    const lines = [
      renderStatus(
        { ...STATUS, phase: 'PRE_DROP', secondsLeft: 4, workers: 5, ok: 9, errors: 0, spansPerSecond: 24 },
        paint,
      ),
      renderStatus(STATUS, paint),
      renderStatus({ ...STATUS, ok: 12_345, inventory: 0 }, paint),
    ];
    assert.deepEqual(lines, [
      'PRE_DROP   4s   5 workers      9 ok     0 err 310 pairs  12 queued    24 spans/s',
      'DROP_LIVE 85s  40 workers    842 ok    61 err 310 pairs  12 queued 1,644 spans/s',
      'DROP_LIVE 85s  40 workers 12,345 ok    61 err   0 pairs  12 queued 1,644 spans/s',
    ]);
    assert.ok(lines.every((line) => line.length <= 80));
  });

  test('workers that wait for the collector are told of', () => {
    const line = renderStatus({ ...STATUS, waiting: 7 }, createPalette(false));
    assert.match(line, / {2}7 waiting for the collector$/);
  });

  test('colours come only where they are wanted', () => {
    assert.equal(createPalette(true).red('x'), '\x1b[31mx\x1b[39m');
    assert.equal(createPalette(false).red('x'), 'x');
  });

  test('every 5 s one line', async () => {
    let now = 0;
    const stopped = new AbortController();
    const clock: Clock = {
      now: () => now,
      sleep: async (ms) => {
        if (now >= 15_000) stopped.abort();
        now += ms;
      },
      waitFor: (outside) => outside,
    };
    const written: string[] = [];
    const sink = { write: (text: string) => written.push(text) };
    const terminal = createTerminal(clock, sink, sink, false);
    await terminal.follow(() => STATUS, stopped.signal);
    assert.equal(written.length, 3);
    assert.ok(written.every((line) => line.endsWith(' 1,644 spans/s\n')));
  });

  test('a warning has its time and goes to the error output', () => {
    const [out, err]: [string[], string[]] = [[], []];
    const clock: Clock = {
      now: () => Date.UTC(2026, 7, 1, 10, 15, 2),
      sleep: async () => {},
      waitFor: (outside) => outside,
    };
    createTerminal(clock, { write: (text) => out.push(text) }, { write: (text) => err.push(text) }, false).warn('oh');
    assert.deepEqual([out, err], [[], ['! 10:15:02Z oh\n']]);
  });
});
