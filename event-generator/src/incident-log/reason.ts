import { ClickHouseError } from '@clickhouse/client';
import { usefulPart } from '../commands/clickhouse/failure.ts';

/** Why the client failed, in a few words on one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof ClickHouseError) return usefulPart(error.message);
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? usefulPart(message);
}
