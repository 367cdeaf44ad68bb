import { type FileHandle, open } from 'node:fs/promises';

/** The writing end of a segment file. */
export interface SegmentFile {
  /**
   * Writes `chunks` at `offset` and resolves when they are on the disk.
   * @throws the system's error; the file may then hold anything behind `offset`.
   */
  write(chunks: readonly Uint8Array[], offset: number): Promise<void>;
  /** Cuts the file at `length`, on the disk too. */
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** Creates a file that must not exist yet; its name is on the disk when this resolves. */
export async function createSegmentFile(path: string, directory: FileHandle): Promise<SegmentFile> {
  const file = await open(path, 'wx');
  try {
    await directory.sync();
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    write: async (chunks, offset) => {
      await writeAll(file, chunks, offset);
      await file.datasync();
    },
    truncate: async (length) => {
      await file.truncate(length);
      await file.sync();
    },
    close: () => file.close(),
  };
}

/** A disk that is nearly full takes a part and says so only by the count; the next attempt then gets the error. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[], offset: number): Promise<void> {
  let rest = chunks;
  let at = offset;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at);
    at += bytesWritten;
    rest = after(rest, bytesWritten);
  }
}

function after(chunks: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  for (const [i, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(i + 1)];
    left -= chunk.length;
  }
  return [];
}
