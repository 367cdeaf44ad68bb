import { type Grade, grade, NOTHING } from '../event-generator/src/exam/grade.ts';
import type { Answer, Answers, Key } from '../event-generator/src/exam/schemas.ts';
import { SetError } from './set-error.ts';

/** How much of what was named is right, and how much of what is right was named. */
export interface Found {
  readonly precision: number;
  readonly recall: number;
}

/** Means over pages; a page without an answer counts 0. */
export interface Means extends Grade {
  readonly pages: number;
  readonly answered: number;
}

/** One page with its answer and the key. */
export interface PageReport extends Grade {
  readonly page: string;
  readonly kind: string;
  readonly difficulty: number;
  readonly cause: { readonly service: string; readonly operation: string };
  readonly answer: Answer | null;
}

/** What answers to a set are worth. */
export interface Report {
  readonly tool: string | null;
  /** Of services; only the cause's own counts as right. */
  readonly services: Found;
  /** Of operations, named with the right service. */
  readonly operations: Found;
  readonly all: Means;
  readonly byDifficulty: Readonly<Record<string, Means>>;
  readonly byKind: Readonly<Record<string, Means>>;
  readonly pages: readonly PageReport[];
}

/** Grades answers by the keys. Throws an {@link SetError} where they are to other pages, or two are to one. */
export function reportOn(keys: readonly Key[], { tool, answers }: Answers): Report {
  const byPage = new Map<string, Answer>();
  for (const answer of answers) {
    if (byPage.has(answer.page)) throw new SetError(`"${answer.page}": two answers; expected one a page.`);
    if (keys.every(({ id }) => id !== answer.page))
      throw new SetError(`"${answer.page}": no page of this set; expected an id of its pages.json.`);
    byPage.set(answer.page, answer);
  }
  const graded = keys.map((key) => {
    const answer = byPage.get(key.id);
    return { key, answer, grade: answer === undefined ? NOTHING : grade(key, answer) };
  });
  const pages = graded.map(({ key, answer = null, grade: worth }): PageReport => {
    const { id: page, kind, difficulty, service, operation } = key;
    return { page, kind, difficulty, cause: { service, operation }, answer, ...worth };
  });
  return {
    tool: tool ?? null,
    services: foundServices(graded),
    operations: foundOperations(graded),
    all: meansOf(pages),
    byDifficulty: grouped(pages, ({ difficulty }) => String(difficulty)),
    byKind: grouped(pages, ({ kind }) => kind),
    pages,
  };
}

interface Graded {
  readonly key: Key;
  readonly answer: Answer | undefined;
}

function foundServices(graded: readonly Graded[]): Found {
  const named = graded.flatMap(({ key, answer }) => {
    const services = new Set(answer?.candidates.map(({ service }) => service.toLowerCase()));
    return [...services].map((service) => worthOf(key, { service }).service === 1);
  });
  return found(named, graded.length);
}

function foundOperations(graded: readonly Graded[]): Found {
  const named = graded.flatMap(({ key, answer }) => {
    const candidates = answer?.candidates.filter(({ operation }) => operation !== undefined) ?? [];
    const rights = candidates
      .map((candidate) => worthOf(key, candidate))
      .map((worth) => worth.service === 1 && worth.operation === 1);
    // Two names of one operation are found once.
    return rights.filter((isRight, index) => !isRight || rights.indexOf(true) === index);
  });
  return found(named, graded.length);
}

function worthOf(key: Key, candidate: Answer['candidates'][number]): Grade {
  return grade(key, { page: key.id, candidates: [candidate] });
}

function found(named: readonly boolean[], pages: number): Found {
  const right = named.filter((isRight) => isRight).length;
  return { precision: named.length === 0 ? 0 : right / named.length, recall: pages === 0 ? 0 : right / pages };
}

function grouped(pages: readonly PageReport[], by: (page: PageReport) => string): Record<string, Means> {
  const names = [...new Set(pages.map(by))].sort();
  return Object.fromEntries(names.map((name) => [name, meansOf(pages.filter((page) => by(page) === name))]));
}

function meansOf(pages: readonly PageReport[]): Means {
  const mean = (part: keyof Grade) => pages.reduce((sum, page) => sum + page[part], 0) / Math.max(1, pages.length);
  return {
    pages: pages.length,
    answered: pages.filter(({ answer }) => answer !== null).length,
    service: mean('service'),
    operation: mean('operation'),
    scope: mean('scope'),
    window: mean('window'),
    score: mean('score'),
  };
}
