import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const TEMPORARY = '.tmp';
/** Whoever is alive has renamed it long since, or writes it anew. */
const ABANDONED_MS = 60_000;

/**
 * A file that always holds one whole version of its text: the new version is written beside it, synced, and renamed over it.
 * Writes asked for while one is under way share the next one, so the file costs at most one write per export.
 */
export class LedgerFile {
  readonly path: string;
  readonly #render: () => string;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** `render` gives the text at the moment of writing. */
  constructor(path: string, render: () => string) {
    this.path = path;
    this.#render = render;
  }

  /** Makes the directory and the first version, and removes what killed processes left half-written beside it. Throws the file system's error; EEXIST when the file is there already. */
  async create(): Promise<void> {
    await makeDirectory(dirname(this.path));
    const file = await open(this.path, 'wx');
    await file.close();
    await this.#replace();
    await removeAbandoned(this.path);
  }

  /** Resolves when a version rendered after this call is on disk; rejects when that write fails. */
  write(): Promise<void> {
    this.#next ??= this.#writeAfter(this.#current);
    return this.#next;
  }

  async #writeAfter(previous: Promise<void>): Promise<void> {
    // Its failure was the business of those who waited for it.
    await previous.catch(() => {});
    this.#current = this.#next ?? Promise.resolve();
    this.#next = undefined;
    await this.#replace();
  }

  async #replace(): Promise<void> {
    const temporary = `${this.path}${TEMPORARY}`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(this.#render());
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path);
    await syncDirectory(dirname(this.path));
  }
}

/** What is much older than `file`, which was written just now. One that cannot be removed is in nobody's way. */
async function removeAbandoned(file: string): Promise<void> {
  const directory = dirname(file);
  const { mtimeMs: now } = await stat(file);
  for (const name of await readdir(directory)) {
    if (!name.endsWith(`.json${TEMPORARY}`)) continue;
    const path = join(directory, name);
    const { mtimeMs } = (await stat(path).catch(() => undefined)) ?? { mtimeMs: now };
    if (now - mtimeMs > ABANDONED_MS) await rm(path, { force: true }).catch(() => {});
  }
}

/** Level by level: Node's recursive mkdir never ends where a level that exists takes none, as in /proc. */
async function makeDirectory(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) return;
  if (dirname(path) !== path) await makeDirectory(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another run may have made it meanwhile; a file in its place fails what comes next.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** A rename survives a power cut only once its directory is synced. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
