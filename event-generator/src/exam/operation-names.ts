import type { Operation } from '../snkrs/operations/operation.ts';
import { OPERATIONS } from '../snkrs/operations/table.ts';

const TABLE: Readonly<Record<string, Operation>> = OPERATIONS;

/** Whether `given` names the operation: by its name in the operation table, by its span, or by that of its callers. Case does not matter. */
export function namesOperation(operation: string, given: string): boolean {
  const row = Object.hasOwn(TABLE, operation) ? TABLE[operation] : undefined;
  const names = [operation, row?.span, row?.client?.span];
  return names.some((known) => known !== undefined && fold(known) === fold(given));
}

/** What people see of an operation: its span's name. */
export function spanOf(operation: string): string {
  return (Object.hasOwn(TABLE, operation) ? TABLE[operation]?.span : undefined) ?? operation;
}

/** The spans of a service's operations, each once. */
export function spansOf(service: string): string[] {
  const own = Object.values(TABLE).filter((operation) => operation.service === service);
  return [...new Set(own.map(({ span }) => span))];
}

function fold(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}
