import type { JourneyName } from './journeys/journeys.ts';

export type PhaseName = 'PRE_DROP' | 'DROP_LIVE' | 'POST_DROP';

/** How shoppers behave in a phase. */
export interface Behaviour {
  /** Milliseconds between two journeys of a worker, at least and at most. */
  readonly think: { readonly min: number; readonly max: number };
  readonly journeys: readonly { readonly journey: JourneyName; readonly weight: number }[];
}

/** A row a phase. */
export const BEHAVIOUR: Readonly<Record<PhaseName, Behaviour>> = {
  PRE_DROP: {
    think: { min: 500, max: 2000 },
    journeys: [
      { journey: 'browse-product', weight: 40 },
      { journey: 'check-account', weight: 30 },
      { journey: 'load-feed', weight: 30 },
    ],
  },
  DROP_LIVE: {
    think: { min: 0, max: 100 },
    journeys: [
      { journey: 'enter-draw', weight: 55 },
      { journey: 'check-out', weight: 35 },
      { journey: 'browse-product', weight: 10 },
    ],
  },
  POST_DROP: {
    think: { min: 1000, max: 3000 },
    journeys: [
      { journey: 'check-order', weight: 25 },
      { journey: 'check-account', weight: 25 },
      { journey: 'browse-product', weight: 30 },
      { journey: 'load-feed', weight: 20 },
    ],
  },
};
