import { INSTANT_FORMS, parseDuration, parseInstant } from '../../exam/instant.ts';
import type { EpochMillis } from '../../simulation/clock.ts';
import { UsageError } from '../command.ts';
import type { Range } from './plan-backfill.ts';

const USAGE = 'backfill 6h, backfill --from TIME [--to TIME], or backfill 6h --to TIME';

/** What the words say, at the machine's `now`. Throws a {@link UsageError}. */
export function readRange(words: readonly string[], now: EpochMillis): Range {
  const given = ['backfill', ...words].join(' ');
  const range: { ms?: number; from?: EpochMillis; to?: EpochMillis } = {};
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--from' || word === '--to') {
      const name = word === '--from' ? 'from' : 'to';
      const at = parseInstant(rest.shift() ?? '', now);
      if (at === undefined || name in range)
        throw new UsageError(
          `${given}: expected ${word} to be ${INSTANT_FORMS}, or in full such as 2026-06-01T10:00:00Z.`,
        );
      range[name] = Math.floor(at);
    } else {
      const ms = parseDuration(word);
      if (ms === undefined || 'ms' in range) throw new UsageError(`${given}: expected ${USAGE}.`);
      range.ms = ms;
    }
  }
  const said = Object.keys(range).length;
  if (said === 0 || said === 3 || (said === 1 && 'to' in range)) throw new UsageError(`${given}: expected ${USAGE}.`);
  return range;
}
