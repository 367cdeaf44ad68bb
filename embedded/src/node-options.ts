import { join } from 'node:path';

/** Node's options for each process of ours: the check of its version, and the place where compiled code is kept. */
export const NODE_OPTIONS: readonly string[] = ['--import', join(import.meta.dirname, '../pinned-node.js')];
