import type { IncidentsSetting } from '../setting.ts';
import type { Phase } from '../simulation/phase-machine.ts';
import { type Slice, sliceOf } from '../simulation/slice.ts';
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
  readonly incidents: IncidentsSetting;
}

/** A phase of the drop. */
export interface PhaseRow extends Phase, PhaseSettings {
  readonly name: PhaseName;
}

/** The phases in their order. */
export function phaseRows({ phases }: Pick<DropSettings, 'phases'>): readonly [PhaseRow, PhaseRow, PhaseRow] {
  const row = (name: PhaseName, settings: PhaseSettings): PhaseRow => ({ name, ...settings });
  return [row('PRE_DROP', phases.preDrop), row('DROP_LIVE', phases.dropLive), row('POST_DROP', phases.postDrop)];
}

/** The workers a load makes of a phase's, as many of them as are the slice's: at least one over all slices. */
export function workersOf({ workers }: PhaseSettings, load: number, slice: Slice): number {
  return sliceOf(Math.max(1, Math.round(workers * load)), slice);
}
