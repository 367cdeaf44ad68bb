import { appendFile, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tuning } from '../tuning.ts';
import { DIGEST_LENGTH } from './digest.ts';

const NAME = /^receipts-(\d+)\.bin$/;

/**
 * How many files stay, however old they seem: should somebody set the machine's clock forwards, the one that was written until then is
 * still of use.
 */
const FILES_KEPT = 2;

/**
 * The digests of bodies whose segments are stored and deleted, so that a client's retry is still recognised after a
 * restart. Files of plain digests, each written for one retry window and deleted after another.
 */
export interface Receipts {
  /** Resolves when the digests are on the disk: before their segment is deleted. */
  append(digests: readonly string[]): Promise<void>;
}

/** Opens the receipts in `directory`; `digests` are the ones still of use, oldest first, `retryWindowBodies` at most. */
export async function openReceipts(
  directory: string,
  tuning: Tuning,
): Promise<{ receipts: Receipts; digests: readonly string[] }> {
  let current = Date.now();
  await forgetOld(directory, tuning);
  const newestFirst: string[][] = [];
  let room = tuning.retryWindowBodies;
  for (const started of await startTimes(directory)) {
    const digests = await readLast(pathOf(directory, started), room);
    newestFirst.push(digests);
    room -= digests.length;
  }
  const append = async (loaded: readonly string[]) => {
    if (Math.abs(Date.now() - current) > tuning.retryWindowMillis) {
      current = Date.now();
      await forgetOld(directory, tuning);
    }
    await appendFile(pathOf(directory, current), Buffer.from(loaded.join(''), 'latin1'), { flush: true });
  };
  return { receipts: { append }, digests: newestFirst.reverse().flat() };
}

const pathOf = (directory: string, started: number) => join(directory, `receipts-${started}.bin`);

/** The last `count` digests of a file. What a cut-off write left at its end is none. */
async function readLast(path: string, count: number): Promise<string[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const there = Math.floor(size / DIGEST_LENGTH);
    const read = Math.min(there, count);
    const bytes = Buffer.alloc(read * DIGEST_LENGTH);
    await file.read(bytes, 0, bytes.length, (there - read) * DIGEST_LENGTH);
    return Array.from({ length: read }, (_, i) => bytes.toString('latin1', i * DIGEST_LENGTH, (i + 1) * DIGEST_LENGTH));
  } finally {
    await file.close();
  }
}

/** Newest first. */
async function startTimes(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  const times = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
  return times.sort((a, b) => b - a);
}

async function forgetOld(directory: string, tuning: Tuning): Promise<void> {
  for (const started of (await startTimes(directory)).slice(FILES_KEPT)) {
    if (Date.now() - started > 2 * tuning.retryWindowMillis) await unlink(pathOf(directory, started));
  }
}
