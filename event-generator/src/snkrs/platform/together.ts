/**
 * Runs several pieces of work at the same time and waits for all of them, so that none outlives the operation it is part
 * of. Throws the first error, in the order given, once they are over.
 */
export async function together(...work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
