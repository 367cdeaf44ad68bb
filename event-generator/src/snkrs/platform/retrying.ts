import { Failure } from '../failures.ts';

/**
 * Does something again at once where it fails through no fault of whoever asked for it, so many times at most: a knob's value, which is
 * 0 while nothing is wrong. Throws what it failed with the last time.
 */
export function retrying<T>(retries: number, work: () => Promise<T>): Promise<T> {
  return retries > 0 ? again(Math.round(retries), work) : work();
}

async function again<T>(retries: number, work: () => Promise<T>): Promise<T> {
  for (let left = retries; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !(error instanceof Failure) || error.kind.severity !== 'ERROR') throw error;
    }
  }
}
