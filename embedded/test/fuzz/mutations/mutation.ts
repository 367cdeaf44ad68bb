import type { Case } from '../../real-collector/bodies/case.ts';
import type { Chance } from '../random.ts';

/** Makes another body of a valid one. */
export type BodyMutation = (original: Case, chance: Chance) => Buffer;

/** A place in `length` bytes. */
export const place = (bytes: Buffer, chance: Chance): number => chance.whole(bytes.length + 1);
