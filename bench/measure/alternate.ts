/** One side of a comparison: measures itself once. */
export type Measure<Result> = () => Promise<Result>;

/**
 * Measures every side `rounds` times, one after the other, each round in the reverse order of the one before: whatever drifts on the
 * machine (heat, page cache, neighbours) then falls on all sides alike. Returns each side's results by its name.
 */
export async function alternate<Name extends string, Result>(
  sides: Readonly<Record<Name, Measure<Result>>>,
  rounds: number,
): Promise<Record<Name, Result[]>> {
  // Object.keys knows no key types.
  const names = Object.keys(sides) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) results[name].push(await sides[name]());
  }
  return results;
}
