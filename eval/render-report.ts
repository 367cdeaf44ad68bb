import { renderTable } from '../bench/table.ts';
import { percent } from '../event-generator/src/exam/explain.ts';
import type { Found, Means, Report } from './report.ts';

const PARTS = ['service', 'operation', 'scope', 'window', 'score'] as const;

/** A report as lines for people. */
export function renderReport({ tool, services, operations, all, byDifficulty, byKind }: Report): string[] {
  const row = (name: string, means: Means) => [
    name,
    `${means.answered} of ${means.pages}`,
    ...PARTS.map((part) => percent(means[part])),
  ];
  const rows = [
    ...Object.entries(byKind).map(([kind, means]) => row(kind, means)),
    ...Object.entries(byDifficulty).map(([difficulty, means]) => row(`difficulty ${difficulty}`, means)),
    row('all', all),
  ];
  const say = ({ precision, recall }: Found) => `precision ${percent(precision)}, recall ${percent(recall)}`;
  return [
    ...(tool === null ? [] : [tool, '']),
    ...renderTable(['', 'answered', ...PARTS], rows),
    '',
    `services:    ${say(services)}`,
    `operations:  ${say(operations)}`,
    `score:       ${percent(all.score)} of what the key has`,
  ];
}
