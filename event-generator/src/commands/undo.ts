import { join } from 'node:path';
import { readClickHouseConfig, readDataDir } from '../config.ts';
import { RunError } from '../telemetry/ledger/read-ledger.ts';
import { type RecordedRun, readRun } from '../telemetry/ledger/read-run.ts';
import { renderUndone, renderWaiting } from '../undo/render-undone.ts';
import { undoRun } from '../undo/undo-run.ts';
import { unfinishedRuns } from '../undo/unfinished-runs.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { readRunId } from './run-id.ts';
import { openRunStore } from './verify/stored-rows.ts';

const USAGE = 'undo RUN, or undo --unfinished';

/** Deletes the rows of a run that is over, or of all that ended in the middle of their history. */
async function undo({ words, clock, signal }: CommandContext): Promise<number> {
  const which = readWords(words);
  const directory = join(readDataDir(), 'runs');
  const runs =
    which === undefined ? await unfinishedRuns(directory, clock, signal) : [await readRun(directory, which, clock.now)];
  if (runs.length === 0) {
    console.log('No run ended in the middle of its history: there is nothing to undo.');
    return 0;
  }
  for (const run of runs) checkOver(run);
  const clickhouse = openClickHouse({ config: readClickHouseConfig(), command: 'undo', clock });
  try {
    const store = openRunStore(clickhouse, clock, signal);
    for (const run of runs) {
      const onWaiting = (items: number) => console.error(renderWaiting(items));
      const undone = await undoRun({ store, directory, run, clock, onWaiting, signal });
      for (const line of renderUndone(run, undone)) console.log(line);
    }
    return 0;
  } finally {
    await clickhouse.close();
  }
}

function checkOver({ runId, state }: RecordedRun): void {
  if (state === 'running')
    throw new RunError(`Run ${runId} goes on: stop it before it is undone (Ctrl-C where it runs, or just stop).`);
}

/** Undefined for all that are unfinished. */
function readWords(words: readonly string[]): string | undefined {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0 || (word.startsWith('-') && word !== '--unfinished'))
    throw new UsageError(`${['undo', ...words].join(' ')}: expected ${USAGE}.`);
  return word === '--unfinished' ? undefined : readRunId('undo', word, USAGE);
}

await runCommand(undo);
