import { join } from 'node:path';
import { readClickHouseConfig, readDataDir } from '../config.ts';
import { RunError } from '../telemetry/ledger/read-ledger.ts';
import { newestRunId } from '../telemetry/ledger/read-run.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { hashRows } from './fingerprint/hash-rows.ts';
import { renderHashes, renderScope } from './fingerprint/render.ts';
import { readRunId } from './run-id.ts';
import { gather } from './verify/gather.ts';
import { isVerified } from './verify/render.ts';
import { openRunStore } from './verify/stored-rows.ts';

const USAGE = 'fingerprint [RUN] [--json]';

/** How long acknowledged items may take to be stored while not one more is. */
const PATIENCE_MS = 30_000;

/** One hash a signal over the rows of a run. Exits 1 where rows differ from the run's ledger, as `verify` does. */
async function fingerprint({ words, clock, signal }: CommandContext): Promise<number> {
  const { runId, json } = readWords(words);
  const directory = join(readDataDir(), 'runs');
  const clickhouse = openClickHouse({ config: readClickHouseConfig(), command: 'fingerprint', clock });
  try {
    const verification = await gather({
      store: openRunStore(clickhouse, clock, signal),
      directory,
      runId: runId ?? (await newestRunId(directory, console.error)),
      clock,
      patienceMs: PATIENCE_MS,
      doublesUpTo: 0,
      onWaiting: (items) =>
        console.error(`Waiting for ${items.toLocaleString('en-US')} acknowledged items to be stored.`),
      signal,
    });
    const { run } = verification;
    if (run.state === 'undone') throw new RunError(`Run ${run.runId} was undone: nothing of it is stored.`);
    const hashes = await hashRows(clickhouse, run, signal);
    const isWhole = run.state === 'running' || isVerified(verification);
    if (json) console.log(JSON.stringify({ runId: run.runId, state: run.state, isWhole, signals: hashes }, null, 2));
    else for (const line of [...renderHashes(hashes), '', renderScope(run)]) console.log(line);
    if (!isWhole)
      console.error(`What is stored differs from what its ledger says: just verify ${run.runId} tells where.`);
    return isWhole ? 0 : 1;
  } finally {
    await clickhouse.close();
  }
}

function readWords(words: readonly string[]) {
  const rest = words.filter((word) => word !== '--json');
  const [runId, ...more] = rest;
  if (more.length > 0 || words.length - rest.length > 1 || runId?.startsWith('-'))
    throw new UsageError(`${['fingerprint', ...words].join(' ')}: expected ${USAGE}.`);
  return { runId: readRunId('fingerprint', runId, USAGE), json: rest.length < words.length };
}

await runCommand(fingerprint);
