import { rpc } from './protocols.ts';

/** Is it a person buying for themselves? */
export const FRAUD = {
  'fraud.score_check': rpc('fraud-detection', 'score_check', {
    caller: 'fraud.score_check',
    latency: { p50: 84, p99: 138 },
  }),
} as const;
