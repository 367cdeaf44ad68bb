import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { access, constants, mkdir, readdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Paths } from '../config.ts';
import { SupervisorError } from './supervisor-error.ts';

/** Marks a directory as ours, and is locked by the run that uses it. */
const LOCK_FILE = '.click-ai.lock';
/** Who uses the directory; left behind by a run that was killed. */
const OWNER_FILE = '.click-ai.run.json';
/** Everything that is ever in a data directory. */
const ENTRIES = [LOCK_FILE, OWNER_FILE, 'clickhouse', 'spool', 'quarantine', 'runs'];

/** Merges need room for the parts they join; with less than this, inserts soon fail. */
const NEEDED_BYTES = 1e9;

/** A data directory this process has for itself. */
export interface Claim {
  /** The run before this one did not end in order: its last children may still be ending. */
  readonly afterCrash: boolean;
  /** Lets go of it; so does the end of the process, however it ends. */
  release(): void;
  /** Lets go of it as if it had never been taken: what the claim created is removed. */
  abandon(): void;
}

/**
 * Takes a data directory for this process, creating it where it is missing.
 *
 * @throws {SupervisorError} it is in use, not writable, not ours, or its disk is full
 */
export async function claimDataDirectory(dataDir: string, paths: Paths): Promise<Claim> {
  if (paths.dataDir.includes('\\')) {
    throw new SupervisorError(
      `DATA_DIR="${dataDir}" has a backslash in its path, which ClickHouse does not take: set DATA_DIR to another directory.`,
    );
  }
  const created = await makeWritable(dataDir, paths.dataDir);
  if (!(await isOurs(paths.dataDir))) {
    throw new SupervisorError(
      `DATA_DIR="${dataDir}" holds files that are not click-ai's: set DATA_DIR to an empty or a new directory.`,
    );
  }
  const lockFile = join(paths.dataDir, LOCK_FILE);
  const lockIsNew = !existsSync(lockFile);
  const lock = takeLock(paths.dataDir);
  if (lock === undefined) throw new SupervisorError(await inUse(dataDir, paths.dataDir));
  const ownerFile = join(paths.dataDir, OWNER_FILE);
  const afterCrash = existsSync(ownerFile);
  const release = () => {
    rmSync(ownerFile, { force: true });
    lock.close();
  };
  const abandon = () => {
    // While it is locked: nobody else may take a lock file that is about to go.
    if (lockIsNew) rmSync(lockFile, { force: true });
    if (afterCrash) lock.close();
    else release();
    removeEmpty(created);
  };
  try {
    await checkFreeSpace(dataDir, paths.dataDir);
    await writeFile(ownerFile, `${JSON.stringify({ pid: process.pid, startedAt: new Date().toISOString() })}\n`);
  } catch (error) {
    abandon();
    throw explain(error, dataDir);
  }
  return { afterCrash, release, abandon };
}

/** Whether a directory is empty or a run of ours, or of the event-generator alone, made it. */
async function isOurs(directory: string): Promise<boolean> {
  const entries = await readdir(directory);
  return entries.includes(LOCK_FILE) || entries.every((entry) => entry === 'runs');
}

/**
 * Deletes what is ours in a data directory, and the directory when nothing else is in it.
 *
 * @returns the deleted entries' names; empty where there was nothing
 * @throws {SupervisorError} a stack runs in it, or it is not a data directory of ours
 */
export async function deleteDataDirectory(dataDir: string, { dataDir: directory }: Paths): Promise<string[]> {
  if (!existsSync(directory)) return [];
  const entries = await readdir(directory).catch((error) => {
    throw explain(error, dataDir);
  });
  if (!(await isOurs(directory))) {
    throw new SupervisorError(`DATA_DIR="${dataDir}" is not a data directory of click-ai's: nothing was deleted.`);
  }
  const lock = entries.includes(LOCK_FILE) ? takeLock(directory) : undefined;
  if (lock === undefined && entries.includes(LOCK_FILE)) throw new SupervisorError(await inUse(dataDir, directory));
  // The lock file goes last: a deletion cut short can be repeated.
  const ours = ENTRIES.filter((entry) => entries.includes(entry)).reverse();
  for (const entry of ours) rmSync(join(directory, entry), { recursive: true, force: true });
  lock?.close();
  if (readdirSync(directory).length === 0) rmSync(directory, { recursive: true });
  return ours.filter((entry) => !entry.startsWith('.'));
}

/** Fails where less than `needed` bytes are free; `shown` is the directory as the user knows it. */
export async function checkFreeSpace(shown: string, directory: string, needed = NEEDED_BYTES): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new SupervisorError(
    `The disk of DATA_DIR="${shown}" has ${megabytes(free)} free, and ${megabytes(needed)} are needed: free some space, or set DATA_DIR to a directory on another disk.`,
  );
}

/** SQLite's exclusive lock is one of the kernel's, so it ends with the process, however that ends. */
function takeLock(directory: string): DatabaseSync | undefined {
  const database = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch {
    database.close();
    return undefined;
  }
}

/** Returns the directories it had to create, the outermost first. */
async function makeWritable(dataDir: string, directory: string): Promise<string[]> {
  const created: string[] = [];
  try {
    await makeDirectory(directory, created);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return created;
  } catch (error) {
    removeEmpty(created);
    throw explain(error, dataDir);
  }
}

/** Level by level: Node's recursive mkdir never ends where a level that exists takes none, as in /proc. */
async function makeDirectory(path: string, created: string[]): Promise<void> {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) await makeDirectory(parent, created);
  await mkdir(path);
  created.push(path);
}

function removeEmpty(directories: readonly string[]): void {
  for (const directory of directories.toReversed()) {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  }
}

async function inUse(shown: string, directory: string): Promise<string> {
  const owner = await readFile(join(directory, OWNER_FILE), 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  const who = typeof owner.pid === 'number' ? ` (process ${owner.pid}, since ${owner.startedAt})` : '';
  return `DATA_DIR="${shown}" is in use by another run of click-ai${who}: stop that one, or set DATA_DIR, and the ports, for this one.`;
}

function explain(error: unknown, dataDir: string): Error {
  if (error instanceof SupervisorError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const why = {
    EACCES: 'is not writable for this user: change its permissions, or set DATA_DIR to a directory that is',
    EPERM: 'is not writable for this user: change its permissions, or set DATA_DIR to a directory that is',
    EROFS: 'is on a read-only disk: set DATA_DIR to a directory that is writable',
    ENOSPC: 'is on a full disk: free some space, or set DATA_DIR to a directory on another disk',
    EDQUOT: 'is beyond the quota of its disk: free some space, or set DATA_DIR to a directory on another disk',
    ENOTDIR: 'is not a directory: set DATA_DIR to one',
    EEXIST: 'is not a directory: set DATA_DIR to one',
  }[code ?? ''];
  return new SupervisorError(
    `DATA_DIR="${dataDir}" ${why ?? `cannot be used (${message}): set DATA_DIR to another directory`}.`,
    {
      cause: error,
    },
  );
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6).toLocaleString('en-US')} MB`;
}
