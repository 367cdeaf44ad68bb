import type { Operation } from '../snkrs/operations/operation.ts';
import { OPERATIONS } from '../snkrs/operations/table.ts';

const TABLE: Readonly<Record<string, Operation>> = OPERATIONS;

/** Whether `given` means the same operation: by its name in the operation table, by its span, or by that of its callers. Case does not matter. */
export function namesOperation(operation: string, given: string): boolean {
  if (fold(operation) === fold(given)) return true;
  return Object.entries(TABLE).some((entry) => {
    const names = namesOf(entry);
    return names.includes(fold(operation)) && names.includes(fold(given));
  });
}

/** The spans of a service's operations, each once. */
export function spansOf(service: string): string[] {
  const own = Object.values(TABLE).filter((operation) => operation.service === service);
  return [...new Set(own.map(({ span }) => span))];
}

function namesOf([name, { span, client }]: [string, Operation]): string[] {
  return [name, span, ...(client === undefined ? [] : [client.span])].map(fold);
}

function fold(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}
