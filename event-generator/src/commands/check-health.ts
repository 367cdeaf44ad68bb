import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import { ledgerFileName } from '../telemetry/ledger/render-ledger.ts';
import { SIGNALS, type Signal } from '../telemetry/signal.ts';

/** The part of what renderLedger writes that tells a run's health. */
interface LedgerText {
  readonly runId: string;
  readonly acknowledgedAt: string | null;
  readonly signals: Readonly<Record<Signal, { readonly acknowledged: number }>>;
}

/** Even the quietest phase exports more often than this; a run that does not has been waiting for its collector for so long. */
const LONGEST_SILENCE_MS = 60_000;

/**
 * Exits 0 if the newest run of this shard in DATA_DIR delivers: the collector has acknowledged something, the last of it within a minute.
 * Otherwise 1, with one line that says what is missing. The health check of the container, and of the way to the collector.
 */
async function checkHealth(): Promise<void> {
  const clock = createRealClock();
  const { dataDir, shard } = readConfig(clock.now());
  const directory = join(dataDir, 'runs');
  // Containers that share a run may share the directory too.
  const newest = await newestLedger(directory, ledgerFileName({ runId: '', shard }));
  if (newest === undefined) return unhealthy(`no run has begun: ${directory} holds no ledger`);
  // The file is always one whole version of what renderLedger wrote.
  const { runId, acknowledgedAt, signals } = JSON.parse(await readFile(newest, 'utf8')) as LedgerText;
  const acknowledged = SIGNALS.reduce((sum, signal) => sum + signals[signal].acknowledged, 0);
  if (acknowledgedAt === null) return unhealthy(`run ${runId}: the collector has acknowledged nothing yet`);
  const silentMs = clock.now() - Date.parse(acknowledgedAt);
  if (silentMs > LONGEST_SILENCE_MS) {
    return unhealthy(`run ${runId}: nothing acknowledged for ${Math.round(silentMs / 1000)} s; is the collector up?`);
  }
  console.log(`run ${runId}: ${acknowledged.toLocaleString('en-US')} items acknowledged`);
}

async function newestLedger(directory: string, ending: string): Promise<string | undefined> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(ending));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { path, modified: (await stat(path)).mtimeMs };
    }),
  );
  return files.sort((a, b) => b.modified - a.modified)[0]?.path;
}

function unhealthy(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}

await checkHealth();
