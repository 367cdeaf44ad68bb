import { Failure } from '../failures.ts';

/** Waits for work whose failure changes nothing for whoever asked: whether it went well. Errors of any other kind pass. */
export async function attempt(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
