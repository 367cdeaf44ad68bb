import type { KeptRun } from '../../telemetry/ledger/kept-runs.ts';

const LONGEST_SEED = 64;

/** `seed`, or with a number at its end where a run has it: the same one would make the same trace ids. */
export function unusedSeed(seed: string, runs: readonly Pick<KeptRun, 'seed'>[]): string {
  const used = new Set(runs.map((run) => run.seed));
  let unused = seed;
  for (let nth = 2; used.has(unused); nth++) unused = `${seed.slice(0, LONGEST_SEED - `-${nth}`.length)}-${nth}`;
  return unused;
}
