import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { StoreConfig } from '../config.ts';
import type { Clock, EpochMillis } from '../simulation/clock.ts';
import { createRandom } from '../simulation/random.ts';
import type { Occurrence } from '../snkrs/incidents/occurrence.ts';
import { endIncidentsOfKilledRuns } from './end-killed-runs.ts';
import { reasonOf } from './reason.ts';
import { createRowWriter } from './row-writer.ts';
import { toRow } from './to-row.ts';

/** What a run knows of its incidents, and what it writes down of them. */
export interface IncidentLog {
  /** Whether what happens is written down. */
  readonly isKept: boolean;
  /** An incident was ordered, or ends before its time. */
  changed(occurrence: Occurrence): void;
  /** Those that are on, or still to come, at an instant of the run's time. */
  underWay(now: EpochMillis): readonly Occurrence[];
  /** The run is over at `now`, an instant of its time: with it everything that would have gone on. Resolves when all is written, or given up. */
  close(now: EpochMillis): Promise<void>;
}

/** What a log is made of. */
export interface IncidentLogOptions {
  /** Nothing is written where there is none. */
  readonly store: StoreConfig | undefined;
  readonly runId: string;
  /** Holds the ledgers, of earlier runs too. */
  readonly dataDir: string;
  /** The machine's. */
  readonly clock: Clock;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
}

const ATTEMPT_MS = 10_000;

/** At once, and when it is clear of every ledger that says "running" whether its run does. */
const LOOK_BACK_AFTER_MS = [0, 20_000];

const NOT_KEPT =
  'Incidents take place, and nobody writes down what they are: set STORE_URL and STORE_PASSWORD, as npm start and just up do, for their rows in otel.incidents.';

/** What happened longer ago than this happened in history, of which nobody is told. */
const PRESENT_MS = 10_000;

/** A log without entries. */
export function createIncidentLog({ store, runId, dataDir, clock, report }: IncidentLogOptions): IncidentLog {
  const random = createRandom(runId).fork('incident-log');
  const client = store && openStore(store);
  const writer = store && client && createRowWriter({ client, url: store.url, clock, random, report });
  const closing = new AbortController();
  const lookBack = async (client: ClickHouseClient) => {
    const earlier = { directory: join(dataDir, 'runs'), client, now: clock.now, signal: closing.signal };
    let failure: unknown;
    for (const wait of LOOK_BACK_AFTER_MS) {
      await clock.sleep(wait, closing.signal);
      if (closing.signal.aborted) return;
      failure = await endIncidentsOfKilledRuns(earlier).catch((error: unknown) => error);
    }
    if (failure !== undefined && !closing.signal.aborted)
      report(
        `Where killed runs had incidents on, otel.incidents has no end of them (${reasonOf(failure)}): the next run tries again.`,
      );
  };
  const lookingBack = client && lookBack(client);
  const known = new Map<string, Occurrence>();
  let writtenAt = 0;

  const changed = (occurrence: Occurrence) => {
    announce(occurrence, known.has(occurrence.id));
    if (!writer && writtenAt === 0) report(NOT_KEPT);
    known.set(occurrence.id, occurrence);
    // Later than the row before, which it replaces.
    writtenAt = Math.max(writtenAt + 1, Math.floor(clock.now()));
    writer?.write(toRow(occurrence, runId, writtenAt));
  };
  const announce = ({ hidden, kind, startsAt, endsAt }: Occurrence, isKnown: boolean) => {
    const now = clock.now();
    const isHistory = Math.abs((isKnown ? endsAt : startsAt) - now) > PRESENT_MS;
    if (hidden || isHistory) return;
    const end = Number.isFinite(endsAt) ? `${new Date(endsAt).toISOString().slice(11, 19)}Z` : 'it is stopped';
    report(isKnown ? `Incident ${kind} is over.` : `Incident ${kind} is on, until ${end}.`);
  };
  const underWay = (now: EpochMillis) => {
    for (const { id, endsAt } of known.values()) if (endsAt <= now) known.delete(id);
    return [...known.values()];
  };
  return {
    isKept: writer !== undefined,
    changed,
    underWay,
    close: async (now) => {
      for (const occurrence of underWay(now)) changed({ ...occurrence, endsAt: Math.max(occurrence.startsAt, now) });
      closing.abort();
      await writer?.close();
      await lookingBack;
      await client?.close();
    },
  };
}

function openStore({ url, user, password }: StoreConfig): ClickHouseClient {
  return createClient({
    url,
    username: user,
    password,
    application: 'click-ai-event-generator',
    request_timeout: ATTEMPT_MS,
    log: { level: ClickHouseLogLevel.OFF },
  });
}
