import type { Signal } from './mapping/statements.ts';

/** The signals, in the order in which they are listed everywhere. */
export const SIGNALS: readonly Signal[] = ['traces', 'logs', 'metrics'];
