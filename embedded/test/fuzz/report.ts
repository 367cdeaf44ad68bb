import type { Findings, Found } from './findings.ts';

/** Unexplained differences printed at most. */
const SHOWN = 40;

/** Prints what became of all cases, which differences are explained by what, and the others one by one. */
export function printReport(findings: Findings): void {
  for (const [fate, count] of Object.entries(findings.agreements()).sort()) console.log(`${column(count)} ${fate}`);
  const explained = Map.groupBy(findings.differences(), ({ reason }) => reason);
  for (const [reason, found] of explained) {
    if (reason === undefined) continue;
    console.log(
      `${column(found.length)} ${kinds(found)}, explained (such as case ${found[0]!.given.number}): ${reason.why}`,
    );
  }
  const { collector, clickhouse } = findings.memory;
  console.log(`peak memory: collector ${collector} MB, ClickHouse ${clickhouse} MB`);
  const unexplained = explained.get(undefined) ?? [];
  for (const { given, difference } of unexplained.slice(0, SHOWN)) {
    console.log(
      `UNEXPLAINED case ${given.number} (${given.mutation} of ${given.original}): ${difference.kind}: ${difference.text.slice(0, 600)}`,
    );
  }
  for (const key of findings.orphans().slice(0, SHOWN)) console.log(`ROW OF NO REQUEST: ${key.slice(0, 600)}`);
  console.log(`${unexplained.length} differences unexplained, ${findings.orphans().length} rows of no request`);
}

const column = (count: number) => `${count}`.padStart(7);
const kinds = (found: readonly Found[]) => [...new Set(found.map(({ difference }) => difference.kind))].join(' or ');
