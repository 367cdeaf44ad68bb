import type { Difference } from './differences.ts';
import type { OneSided, Row } from './tables.ts';

/** What differs between the rows that only one of the two has, case by case and column by column. */
export function differencesOf(tables: readonly OneSided[]): Difference[] {
  const found = new Map<string, Difference>();
  const cases = new Set(tables.flatMap(({ real, embedded }) => [...real, ...embedded].map((row) => row.case)));
  for (const name of cases) {
    const mine = tables.map((table) => ({ real: ofCase(table.real, name), embedded: ofCase(table.embedded, name) }));
    for (const difference of differencesOfCase(name, mine)) found.set(JSON.stringify(difference), difference);
  }
  return [...found.values()];
}

interface Sides {
  readonly real: readonly Row[];
  readonly embedded: readonly Row[];
}

function differencesOfCase(name: string, tables: readonly Sides[]): Difference[] {
  if (tables.some(({ real, embedded }) => count(real) !== count(embedded))) {
    const total = (side: keyof Sides) => String(tables.reduce((sum, table) => sum + count(table[side]), 0));
    return [{ case: name, in: 'rows', real: total('real'), embedded: total('embedded') }];
  }
  // In one order, so rows of the same place in it are most likely the same item's.
  return tables.flatMap(({ real, embedded }) =>
    real.flatMap((row, index) =>
      Object.entries(row)
        .map(([column, value]) => ({ case: name, in: column, real: value, embedded: embedded[index]?.[column] ?? '' }))
        .filter((difference) => difference.real !== difference.embedded),
    ),
  );
}

const ofCase = (rows: readonly Row[], name: string) => rows.filter((row) => row.case === name);
const count = (rows: readonly Row[]) => rows.reduce((sum, { times }) => sum + Number(times), 0);
