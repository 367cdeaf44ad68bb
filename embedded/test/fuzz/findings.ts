import type { FateDifference } from './compare.ts';
import type { Reason } from './differences.ts';
import type { FuzzCase } from './fuzz-case.ts';
import type { Answer } from './send.ts';
import type { Verdict } from './verdict.ts';

/** A case whose fate differs from its verdict. */
export interface Found {
  readonly given: FuzzCase;
  readonly difference: FateDifference;
  readonly reason: Reason | undefined;
}

/** What a fuzzing run has found. */
export interface Findings {
  fate(given: FuzzCase, verdict: Verdict, answer: Answer, difference?: FateDifference, reason?: Reason): void;
  /** A row in the tables that no request accounts for. */
  orphan(key: string): void;
  peaks(collectorMegabytes: number, clickhouseMegabytes: number): void;
  differences(): readonly Found[];
  orphans(): readonly string[];
  /** Cases by what became of them, as the oracle foresaw. */
  agreements(): Readonly<Record<string, number>>;
  readonly memory: { readonly collector: number; readonly clickhouse: number };
  /** Nothing is unexplained. */
  readonly isClean: boolean;
}

/** Nothing found yet. */
export function createFindings(): Findings {
  const found: Found[] = [];
  const orphans: string[] = [];
  const agreements: Record<string, number> = {};
  const memory = { collector: 0, clickhouse: 0 };
  return {
    fate: (given, verdict, answer, difference, reason) => {
      if (difference !== undefined) {
        found.push({ given, difference, reason });
        return;
      }
      const fate = verdict.accept ? 'accepted, and stored as foreseen' : `refused by both with ${answer.status}`;
      const key = given.mutation === 'neighbour' ? 'neighbours stored exactly once' : fate;
      agreements[key] = (agreements[key] ?? 0) + 1;
    },
    orphan: (key) => orphans.push(key),
    peaks: (collector, clickhouse) => {
      memory.collector = Math.max(memory.collector, collector);
      memory.clickhouse = Math.max(memory.clickhouse, clickhouse);
    },
    differences: () => found,
    orphans: () => orphans,
    agreements: () => agreements,
    memory,
    get isClean() {
      return (
        orphans.length === 0 &&
        found.every(({ reason, given }) => reason !== undefined && given.mutation !== 'neighbour')
      );
    },
  };
}
