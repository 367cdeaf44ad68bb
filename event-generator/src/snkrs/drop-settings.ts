import type { Phase } from '../simulation/phase-machine.ts';
import type { PhaseName } from './phases.ts';

/** A phase's length, and its workers at LOAD 1. */
export interface PhaseSettings {
  readonly seconds: number;
  readonly workers: number;
}

/** What can be set about drops. */
export interface DropSettings {
  /** Multiplies every phase's workers, and nothing else. */
  readonly load: number;
  /** Drops to run; 0: without end. */
  readonly cycles: number;
  readonly phases: {
    readonly preDrop: PhaseSettings;
    readonly dropLive: PhaseSettings;
    readonly postDrop: PhaseSettings;
  };
  /** Pairs of a drop, over all sizes: a number between these for each. */
  readonly inventory: { readonly min: number; readonly max: number };
}

/** A phase with the workers it has. */
export interface PhaseRow extends Phase {
  readonly name: PhaseName;
  readonly workers: number;
}

/** The phases in their order, with the workers that the load makes of theirs. */
export function phaseRows({ phases, load }: DropSettings): readonly [PhaseRow, PhaseRow, PhaseRow] {
  const row = (name: PhaseName, { seconds, workers }: PhaseSettings): PhaseRow => ({
    name,
    seconds,
    workers: Math.max(1, Math.round(workers * load)),
  });
  return [row('PRE_DROP', phases.preDrop), row('DROP_LIVE', phases.dropLive), row('POST_DROP', phases.postDrop)];
}
