import type { Answers, Candidate, Page } from '../event-generator/src/exam/schemas.ts';
import type { Store } from './with-store.ts';

/** How far from its page it looks, either way. */
const AROUND_MS = 60_000;

/**
 * Answers as somebody would who blames whatever is loudest: the service with the most failed spans around the page, its span that fails most, and that
 * stretch of time. It is an example of a tool, and the least that one must beat.
 */
export async function answerNaively(store: Pick<Store, 'rows'>, pages: readonly Page[]): Promise<Answers> {
  const answers: Answers['answers'] = [];
  for (const { id, at } of pages) {
    const [from, to] = [Date.parse(at) - AROUND_MS, Date.parse(at) + AROUND_MS];
    const candidates = await store.rows<Candidate>('baseline.sql', { from, to });
    // Where nothing has failed it has nothing to say.
    if (candidates.length === 0) continue;
    answers.push({ page: id, candidates, from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  }
  return { tool: 'naive baseline: the service with the most errors', answers };
}
