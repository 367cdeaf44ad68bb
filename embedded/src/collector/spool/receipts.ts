import { appendFile, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tuning } from '../tuning.ts';
import { DIGEST_LENGTH } from './digest.ts';

const NAME = /^receipts-(\d+)\.bin$/;

/**
 * The digests of bodies whose segments are stored and deleted, so that a client's retry is still recognised after a
 * restart. Files of plain digests, each written for one retry window and deleted after another.
 */
export interface Receipts {
  /** Resolves when the digests are on the disk: before their segment is deleted. */
  append(digests: readonly string[]): Promise<void>;
}

/** Opens the receipts in `directory`; `digests` are the ones still of use. */
export async function openReceipts(
  directory: string,
  tuning: Tuning,
): Promise<{ receipts: Receipts; digests: readonly string[] }> {
  let current = Date.now();
  await forgetOld(directory, tuning);
  const digests: string[] = [];
  for (const started of await startTimes(directory)) {
    const file = await readFile(pathOf(directory, started), 'latin1');
    for (let at = 0; at + DIGEST_LENGTH <= file.length; at += DIGEST_LENGTH) {
      digests.push(file.slice(at, at + DIGEST_LENGTH));
    }
  }
  const append = async (loaded: readonly string[]) => {
    if (Date.now() - current > tuning.retryWindowMillis) {
      current = Date.now();
      await forgetOld(directory, tuning);
    }
    await appendFile(pathOf(directory, current), Buffer.from(loaded.join(''), 'latin1'), { flush: true });
  };
  return { receipts: { append }, digests };
}

const pathOf = (directory: string, started: number) => join(directory, `receipts-${started}.bin`);

async function startTimes(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
}

async function forgetOld(directory: string, tuning: Tuning): Promise<void> {
  for (const started of await startTimes(directory)) {
    if (Date.now() - started > 2 * tuning.retryWindowMillis) await unlink(pathOf(directory, started));
  }
}
