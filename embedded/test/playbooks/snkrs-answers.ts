import type { Answers } from './answer.ts';
import { DROP_ANSWERS } from './snkrs-drop-answers.ts';
import { PLATFORM_ANSWERS } from './snkrs-platform-answers.ts';
import { SHOPPER_ANSWERS } from './snkrs-shopper-answers.ts';

/** What must be true of the answers to `event-generator/snkrs_queries.sql`, in a run of two short drops of 60 pairs each. */
export const SNKRS_ANSWERS: Answers = { ...DROP_ANSWERS, ...SHOPPER_ANSWERS, ...PLATFORM_ANSWERS };
