import { once } from 'node:events';

/** Resolves when `signal` is or becomes aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
