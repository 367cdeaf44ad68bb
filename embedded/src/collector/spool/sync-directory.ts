import { open } from 'node:fs/promises';

/** Resolves when the names in a directory are on the disk: a new file outlives a power cut only then. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
