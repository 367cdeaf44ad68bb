import { readClickHouseConfig, wantsColour } from '../config.ts';
import { createPalette } from '../terminal/palette.ts';
import { createLinesView, createScreenView, follow } from './bench/follow.ts';
import { type Ingestion, WINDOW_SECONDS } from './bench/ingestion.ts';
import { measure } from './bench/measure.ts';
import { age } from './bench/quantities.ts';
import { renderSeconds, renderSecondsHeader, renderSummary } from './bench/render.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';

/** Shows what was inserted in each of the last 60 s, once, or with --follow until Ctrl-C. */
async function bench({ words, clock, signal }: CommandContext): Promise<number> {
  const unknown = words.find((word) => word !== '--follow');
  if (unknown !== undefined) throw new UsageError(`bench ${unknown}: expected nothing, or --follow.`);
  const config = readClickHouseConfig();
  const clickhouse = openClickHouse({ config, command: 'bench', clock });
  const paint = createPalette(wantsColour(process.stdout.isTTY));
  try {
    if (words.includes('--follow')) {
      const view = process.stdout.isTTY
        ? createScreenView(process.stdout, paint)
        : createLinesView(process.stdout, process.stderr, paint);
      await follow(() => measure(clickhouse, signal), view, clock, signal);
      return 0;
    }
    const ingestion = await measure(clickhouse, signal);
    const nothing = whyNothing(ingestion, config.url);
    if (nothing !== undefined) {
      console.error(nothing);
      return 1;
    }
    const seconds = [renderSecondsHeader(ingestion, paint), ...renderSeconds(ingestion, WINDOW_SECONDS)];
    process.stdout.write(`${[...seconds, '', ...renderSummary(ingestion, paint)].join('\n')}\n`);
    return 0;
  } finally {
    await clickhouse.close();
  }
}

/** One line where there is nothing to measure, and undefined where there is. */
function whyNothing({ signals }: Ingestion, url: string): string | undefined {
  const advice = 'start the event-generator (npm start, or just start), or send OTLP to port 4317';
  if (signals.every(({ storedRows }) => storedRows === 0))
    return `No telemetry in ClickHouse at ${url} yet: ${advice}.`;
  if (signals.some(({ seconds }) => seconds.some(({ rows }) => rows > 0))) return undefined;
  const newest = Math.min(...signals.map(({ newestAge }) => newestAge ?? Number.POSITIVE_INFINITY));
  return `Nothing was inserted in the last ${WINDOW_SECONDS} s at ${url}; the newest event is ${age(newest)} old: ${advice}.`;
}

await runCommand(bench);
