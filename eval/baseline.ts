import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import type { Stored } from '../embedded/test/stored.ts';
import type { Answers, Page } from '../event-generator/src/exam/schemas.ts';

/** How far from its page it looks, either way. */
const AROUND_MS = 60_000;

/**
 * Answers as somebody would who blames whatever is loudest: the service with the most failed spans around the page, its span that fails most, and that
 * stretch of time. It is an example of a tool, and the least that one must beat.
 */
export async function answerNaively({ url, password }: Stored, pages: readonly Page[]): Promise<Answers> {
  const client = createClient({ url, username: 'admin', password });
  const query = await readFile(join(import.meta.dirname, 'baseline.sql'), 'utf8');
  const answers: Answers['answers'] = [];
  try {
    for (const { id, at } of pages) {
      const [from, to] = [Date.parse(at) - AROUND_MS, Date.parse(at) + AROUND_MS];
      const result = await client.query({ query, query_params: { from, to }, format: 'JSONEachRow' });
      const candidates = await result.json<{ service: string; operation: string }>();
      // Where nothing has failed it has nothing to say.
      if (candidates.length === 0) continue;
      answers.push({ page: id, candidates, from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    }
  } finally {
    await client.close();
  }
  return { tool: 'naive baseline: the service with the most errors', answers };
}
