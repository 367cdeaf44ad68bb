import { SETTINGS } from '../settings.ts';
import { UsageError } from './command.ts';

/** A run's id as it was given to `command`; undefined where none was. Throws a {@link UsageError}. */
export function readRunId(command: string, given: string | undefined, usage: string): string | undefined {
  if (given === undefined || SETTINGS.RUN_ID.schema.safeParse(given).success) return given;
  throw new UsageError(`${command} "${given}": expected the id of a run, as event-generator prints it (${usage}).`);
}
