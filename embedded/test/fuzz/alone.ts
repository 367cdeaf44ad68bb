import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestClickHouse } from '../clickhouse.ts';
import { type Cleanup, startTestCollector, until } from '../collector.ts';
import type { Fate } from './fate.ts';
import type { FuzzRequest } from './request.ts';
import { createSender } from './send.ts';
import type { StoredRows } from './stored-rows.ts';

/** What is not loaded by then never will be. */
const STUCK_MILLIS = 60_000;

/** Sends a request to a collector of its own, with nothing else in its spool and in the tables. */
export async function fateAlone(clickhouse: TestClickHouse, stored: StoredRows, request: FuzzRequest): Promise<Fate> {
  const ends: (() => Promise<void> | void)[] = [];
  const cleanup: Cleanup = { after: (end) => ends.push(end) };
  try {
    await stored.empty();
    const tuning = { segmentMillis: 1, retryMillis: 1_000 };
    const collector = await startTestCollector(cleanup, { clickhouse, tuning });
    const sender = createSender(collector);
    ends.push(() => sender.close());
    const answer = await sender.send(request);
    if (!answer.isAccepted) return { kind: 'refused', answer };
    const isLoaded = await until('the load', () => collector.counts().spoolBytes === 0, STUCK_MILLIS).then(
      () => true,
      () => false,
    );
    if (!isLoaded) return { kind: 'stuck', answer, reason: collector.lines.join(' ') };
    const reason = await quarantineReason(collector.options.quarantineDirectory);
    const rows = await stored.read();
    return reason === undefined ? { kind: 'stored', answer, rows } : { kind: 'quarantined', answer, reason, rows };
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

async function quarantineReason(directory: string): Promise<string | undefined> {
  const names = await readdir(directory).catch(() => []);
  const note = names.find((name) => name.endsWith('.json'));
  if (note === undefined) return undefined;
  return JSON.parse(await readFile(join(directory, note), 'utf8')).reason;
}
