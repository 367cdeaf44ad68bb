import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Items of one service, as its ledger has them. */
interface Part {
  readonly created: number;
  readonly sent?: number;
  readonly acknowledged?: number;
  readonly rejected?: number;
  readonly dropped?: number;
}

/** What a ledger says; where nothing is said, what that of a complete run of one process does that began an hour ago. */
export interface LedgerOptions {
  readonly spans: Readonly<Record<string, Part>>;
  readonly logs?: Readonly<Record<string, Part>>;
  readonly state?: string;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly startedAt?: number;
  readonly milestones?: readonly { readonly hoursAgo: number; readonly spans: number }[];
  readonly format?: number;
  readonly host?: string;
  readonly pid?: number;
}

const HOUR_MS = 3_600_000;

/** Writes a ledger into `directory`, as the event-generator would. */
export async function writeLedgerTo(directory: string, runId: string, options: LedgerOptions): Promise<void> {
  const { state = 'complete', shard = { index: 0, count: 1 }, format = 2, host = 'elsewhere', pid = 1 } = options;
  const whole = (part: Part) => ({
    sent: part.created,
    acknowledged: part.created,
    rejected: 0,
    dropped: 0,
    partlyTaken: 0,
    inFlight: 0,
    ...part,
  });
  const signalOf = (parts: Readonly<Record<string, Part>>) => {
    const services = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, whole(part)]));
    const sum = (name: 'created' | 'sent' | 'acknowledged' | 'rejected' | 'dropped') =>
      Object.values(services).reduce((total, part) => total + part[name], 0);
    const [created, sent, acknowledged] = [sum('created'), sum('sent'), sum('acknowledged')];
    return { created, sent, acknowledged, rejected: sum('rejected'), dropped: sum('dropped'), services };
  };
  const ledger = {
    format,
    runId,
    shard,
    process: { host, pid },
    state,
    startedAt: new Date(options.startedAt ?? Date.now() - HOUR_MS).toISOString(),
    updatedAt: new Date().toISOString(),
    signals: { traces: signalOf(options.spans), logs: signalOf(options.logs ?? {}), metrics: signalOf({}) },
    milestones: (options.milestones ?? []).map(({ hoursAgo, spans }) => ({
      at: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString(),
      created: { traces: spans, logs: 0, metrics: 0 },
    })),
  };
  const name = shard.count === 1 ? `${runId}.json` : `${runId}.shard-${shard.index}-of-${shard.count}.json`;
  await writeFile(join(directory, name), JSON.stringify(ledger));
}
