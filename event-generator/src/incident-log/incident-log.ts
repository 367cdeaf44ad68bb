import type { StoreConfig } from '../config.ts';
import type { Clock, EpochMillis } from '../simulation/clock.ts';
import { createRandom } from '../simulation/random.ts';
import type { Occurrence } from '../snkrs/incidents/occurrence.ts';
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
  /** The machine's. */
  readonly clock: Clock;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
}

const USER = 'simulator';

const NOT_KEPT =
  'Incidents take place, and nobody writes down what they are: set STORE_URL and STORE_PASSWORD, as npm start and just up do, for their rows in otel.incidents.';

/** What happened longer ago than this happened in history, of which nobody is told. */
const PRESENT_MS = 10_000;

/** A log without entries. */
export function createIncidentLog({ store, runId, clock, report }: IncidentLogOptions): IncidentLog {
  const random = createRandom(runId).fork('incident-log');
  const writer = store && createRowWriter({ store: { ...store, user: USER }, clock, random, report });
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
      await writer?.close();
    },
  };
}
