import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createVirtualClock } from '../simulation/virtual-clock.ts';
import { createPalette } from './palette.ts';
import { tellHistory } from './tell-history.ts';
import { createTerminal } from './terminal.ts';

const FROM = Date.UTC(2026, 5, 1, 10);
const HISTORY = { from: FROM, to: FROM + 420_000, cycles: 2, goesLive: true };
const DROP = { cycle: 7, dropId: 'drop-7', sneaker: { name: 'Skyline 1', colorway: 'Red', price: 18_000 }, pairs: 60 };
const SUMMARY = { cycle: 7, entries: 900, orders: 60, inventory: 0 };

/** A history that is told to people, made 30 times as fast as time goes by. */
function tell({ isTTY = false, history = HISTORY, speed = 30 } = {}) {
  const clock = createVirtualClock(HISTORY.to);
  const paint = createPalette(false);
  const written: string[] = [];
  const sink = { isTTY, write: (text: string) => written.push(text) };
  const terminal = createTerminal(clock, sink, sink, false);
  const simulatedAt = () => {
    const at = FROM + (clock.now() - HISTORY.to) * speed;
    return history.goesLive && at >= clock.now() ? undefined : Math.min(at, clock.now());
  };
  return { clock, terminal, written, past: tellHistory({ history, simulatedAt, terminal, clock, paint }) };
}

suite('a history on the terminal', () => {
  test('drops of the past pass in silence; once live, the present one is told, and all that comes', async () => {
    const { clock, written, past } = tell();
    const following = past.follow(new AbortController().signal);
    past.dropStarted({ ...DROP, cycle: 6 });
    past.phaseStarted({ phase: 'POST_DROP', seconds: 60, workers: 8 });
    await clock.sleep(7_000);
    past.dropEnded({ ...SUMMARY, cycle: 6 });
    past.dropStarted(DROP);
    past.phaseStarted({ phase: 'PRE_DROP', seconds: 60, workers: 5 });
    await following;
    past.phaseStarted({ phase: 'DROP_LIVE', seconds: 90, workers: 40 });
    past.dropEnded(SUMMARY);
    assert.deepEqual(written.join('').split('\n'), [
      'history 35 % of 2 drops · 30x · 9.5 s left',
      'history 71 % of 2 drops · 30x · 4.5 s left',
      '● live  2 drops of history (7 min) in 15 s, 30x',
      '',
      '────────────────────────────────────────────────────────────────────────────────',
      'DROP 7 · Skyline 1 "Red"                                $180 · 60 pairs · drop-7',
      '────────────────────────────────────────────────────────────────────────────────',
      '▶ PRE_DROP  60 s with 5 workers',
      '▶ DROP_LIVE  90 s with 40 workers',
      '■ DROP 7 over  900 draw entries, 60 orders, 0 pairs left',
      '',
    ]);
  });

  test('in a terminal a bar grows, and goes when a line comes', async () => {
    const { clock, terminal, written, past } = tell({ isTTY: true });
    const stop = new AbortController();
    const following = past.follow(stop.signal);
    await clock.sleep(7_100);
    assert.equal(written.at(-1), '\r\x1b[Khistory ██████████░░░░░░░░░░ 50 % of 2 drops · 30x · 7.5 s left');
    terminal.warn('oh');
    assert.deepEqual(written.slice(-2), ['\r\x1b[K', '! 10:07:07Z oh\n']);
    stop.abort();
    await following;
    assert.equal(written.length, 38, 'five a second, and nothing to take away at the end');
  });

  test('one that never goes live ends with what was made; cut short, with nothing', async () => {
    for (const [endAfter, last] of [
      [14_000, '■ history over  2 drops of history (7 min) in 14 s, 30x\n'],
      [12_000, 'history 71 % of 2 drops · 30x · 4.0 s left\n'],
    ] as const) {
      const { clock, written, past } = tell({ history: { ...HISTORY, goesLive: false } });
      const over = new AbortController();
      void clock.sleep(endAfter).then(() => over.abort());
      await past.follow(over.signal);
      assert.equal(written.at(-1), last);
    }
  });

  test('says so when it cannot catch up, or stands still', async () => {
    for (const [speed, line] of [
      [0.5, 'history 0 % of 2 drops · 0.5x · falls behind: lower LOAD, or set BACKFILL=0\n'],
      [0, 'history 0 % of 2 drops · waits for the collector\n'],
    ] as const) {
      const { clock, written, past } = tell({ speed });
      const over = new AbortController();
      void clock.sleep(6_000).then(() => over.abort());
      await past.follow(over.signal);
      assert.deepEqual(written, [line]);
    }
  });
});
