import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LedgerFile } from './ledger-file.ts';
import { ledgerNames, readLedger } from './read-ledger.ts';
import type { RunState } from './render-ledger.ts';

/** Writes into all ledgers of a run that its rows are being deleted: whoever finds it so goes on with that. Rejects with the file system's error. */
export async function beginUndo(directory: string, runId: string): Promise<void> {
  await amend(directory, runId, { undoBegun: true });
}

/** Writes into all ledgers of a run that its rows were deleted. Rejects with the file system's error. */
export async function markUndone(directory: string, runId: string): Promise<void> {
  await amend(directory, runId, { state: 'undone' });
}

async function amend(
  directory: string,
  runId: string,
  change: { state: RunState } | { undoBegun: true },
): Promise<void> {
  for (const name of (await ledgerNames(directory)).filter((name) => name.startsWith(`${runId}.`))) {
    const path = join(directory, name);
    if ((await readLedger(path)).runId !== runId) continue;
    // Whatever else it says, it goes on saying.
    const text = JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }, null, 2);
    await new LedgerFile(path, () => `${text}\n`).write();
  }
}
