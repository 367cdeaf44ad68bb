import { appendFile, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Segment } from './segment.ts';
import { syncDirectory } from './sync-directory.ts';

const SUFFIX = '.split';

/** The INSERTs of a segment that were given up for two smaller ones each, by their tokens. */
export interface Splits {
  has(token: string): boolean;
  /** On the disk when this resolves: before either of the smaller ones is sent. */
  add(token: string): Promise<void>;
}

/**
 * What an earlier attempt at the segment, in this run or before it, split. An INSERT that failed may succeed when it is
 * repeated; if a part of it was stored in between, under a token of its own, that part would be stored twice.
 */
export async function openSplits(segment: Segment): Promise<Splits> {
  const path = splitsPath(segment.path);
  const lines = (await readIfThere(path)).split('\n');
  // The last line has no end: a write that was cut off, of which nothing came.
  const tokens = new Set(lines.slice(0, -1));
  return {
    has: (token) => tokens.has(token),
    add: async (token) => {
      // The line break in front parts it from such a write.
      await appendFile(path, `\n${token}\n`, { flush: true });
      await syncDirectory(dirname(path));
      tokens.add(token);
    },
  };
}

/** Forgets the splits of a segment, once its file is deleted: not before, or the next run would send it whole. */
export async function deleteSplits(segmentPath: string): Promise<void> {
  await rm(splitsPath(segmentPath), { force: true });
}

const splitsPath = (segmentPath: string) => segmentPath + SUFFIX;

/** The name of the segment file whose splits are in a file of that name, or undefined if it holds none. */
export function segmentFileOf(fileName: string): string | undefined {
  return fileName.endsWith(SUFFIX) ? fileName.slice(0, -SUFFIX.length) : undefined;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
