import { join } from 'node:path';
import { readClickHouseConfig, readDataDir } from '../config.ts';
import { newestRunId } from '../telemetry/ledger/read-run.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { readRunId } from './run-id.ts';
import { gather, type Verification } from './verify/gather.ts';
import { leftBehind } from './verify/left-behind.ts';
import { countLost, isVerified, renderTable, renderVerdict } from './verify/render.ts';
import { openRunStore } from './verify/stored-rows.ts';

const USAGE = 'verify [RUN] [--json | --summary] [--strict] [--quick] [--wait SECONDS]';

/** How long acknowledged items may take to be stored while not one more is. */
const PATIENCE_SECONDS = 30;
const LONGEST_PATIENCE_SECONDS = 3_600;
/** The largest run in which --quick looks for items stored twice. */
const QUICK_SPANS = 2_000_000;

/**
 * Holds a run's ledger against the rows in ClickHouse. Exits 1 where they differ, with --strict also where something was rejected or dropped.
 * --quick does not look for doubles in a run of millions of spans, which takes a few seconds a million.
 */
async function verify({ words, clock, signal }: CommandContext): Promise<number> {
  const { runId, json, summary, strict, quick, waitSeconds } = readWords(words);
  const dataDir = readDataDir();
  const directory = join(dataDir, 'runs');
  const clickhouse = openClickHouse({ config: readClickHouseConfig(), command: 'verify', clock });
  try {
    const verification = await gather({
      store: openRunStore(clickhouse, clock, signal),
      directory,
      runId: runId ?? (await newestRunId(directory, console.error)),
      clock,
      patienceMs: waitSeconds * 1000,
      doublesUpTo: quick ? QUICK_SPANS : Number.POSITIVE_INFINITY,
      onWaiting: (items) =>
        console.error(
          `Waiting for ${items.toLocaleString('en-US')} acknowledged items to be stored, until none comes for ${waitSeconds} s.`,
        ),
      signal,
    });
    const isGood = isVerified(verification) && (!strict || countLost(verification.lines) === 0);
    if (json) console.log(JSON.stringify(toJson(verification, isGood), null, 2));
    else
      for (const line of [
        ...renderTable(verification, { whole: !summary }),
        '',
        ...renderVerdict(verification, directory),
      ])
        console.log(line);
    if (!json && verification.lines.some(({ missing }) => missing > 0)) {
      for (const line of await leftBehind(dataDir)) console.log(line);
    }
    return isGood ? 0 : 1;
  } finally {
    await clickhouse.close();
  }
}

function toJson({ run, lines, soughtDoubles }: Verification, ok: boolean) {
  const { runId, state, startedAt, updatedAt, missing } = run;
  return {
    ok,
    runId,
    state,
    startedAt: new Date(startedAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    missingLedgers: missing,
    soughtDoubles,
    lines,
  };
}

function readWords(words: readonly string[]) {
  const given = ['verify', ...words].join(' ');
  const rest = [...words];
  const take = (flag: string) => {
    const at = rest.indexOf(flag);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  };
  const [json, summary, strict, quick] = ['--json', '--summary', '--strict', '--quick'].map(take);
  const at = rest.indexOf('--wait');
  const [, wait = ''] = at < 0 ? [] : rest.splice(at, 2);
  const [runId, ...more] = rest;
  if (more.length > 0 || runId?.startsWith('-') || (json && summary))
    throw new UsageError(`${given}: expected ${USAGE}.`);
  const waitSeconds = at < 0 ? PATIENCE_SECONDS : Number(wait || 'none');
  if (!(waitSeconds >= 0 && waitSeconds <= LONGEST_PATIENCE_SECONDS)) {
    throw new UsageError(`verify --wait ${wait}: expected a number of seconds from 0 to ${LONGEST_PATIENCE_SECONDS}.`);
  }
  return { runId: readRunId('verify', runId, USAGE), json, summary, strict, quick, waitSeconds };
}

await runCommand(verify);
