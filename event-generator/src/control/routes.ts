import type { IncomingMessage } from 'node:http';
import type { IncidentLog } from '../incident-log/incident-log.ts';
import { MAX_LOAD } from '../settings.ts';
import type { Run } from '../shards/start-run.ts';
import type { Clock } from '../simulation/clock.ts';
import type { Ledger } from '../telemetry/ledger/ledger.ts';
import { type RunDescription, renderCounts } from '../telemetry/ledger/render-ledger.ts';
import { listIncidents, steerIncidents } from './incidents.ts';
import { openApi } from './openapi.ts';
import { ProblemError } from './problem.ts';
import { readJson } from './read-json.ts';
import { loadSchema, type Status } from './schemas.ts';

/** The run that is looked at and steered. */
export interface Controlled {
  readonly description: RunDescription;
  readonly run: Pick<Run, 'status' | 'setLoad' | 'steer'>;
  readonly ledger: Pick<Ledger, 'path' | 'counts'>;
  readonly incidents: Pick<IncidentLog, 'isKept' | 'underWay'>;
  /** The machine's. */
  readonly clock: Clock;
}

/** Answers a request: what it returns is the body, as JSON. */
export type Handler = (request: IncomingMessage, controlled: Controlled) => unknown;

/** The handlers of the API, by path and method. */
export function createRoutes({
  maxRequestBytes,
}: {
  maxRequestBytes: number;
}): Readonly<Record<string, Readonly<Record<string, Handler>>>> {
  return {
    '/status': { GET: (_, controlled) => statusOf(controlled) },
    '/ledger': {
      GET: (_, { description, ledger }) => ({
        runId: description.runId,
        path: ledger.path,
        signals: renderCounts(ledger.counts),
      }),
    },
    '/load': {
      PUT: async (request, controlled) => {
        controlled.run.setLoad(readLoad(await readJson(request, maxRequestBytes)));
        return statusOf(controlled);
      },
    },
    '/incidents': {
      GET: (_, controlled) => listIncidents(controlled),
      PUT: async (request, controlled) => steerIncidents(await readJson(request, maxRequestBytes), controlled),
    },
    '/openapi.json': { GET: () => openApi() },
  };
}

function statusOf({ description, run }: Controlled): Status {
  const { runId, seed, startedAt, endpoint, shard = { index: 0, count: 1 } } = description;
  const status = run.status();
  return {
    runId,
    seed,
    startedAt: new Date(startedAt).toISOString(),
    endpoint,
    shard,
    shards: status.shards,
    load: status.load,
    simulatedAt: status.simulatedAt === undefined ? null : new Date(status.simulatedAt).toISOString(),
    cycle: status.cycle,
    dropId: status.dropId,
    sneaker: status.sneaker,
    phase: status.phase,
    secondsLeft: status.secondsLeft,
    workers: status.workers,
    waiting: status.waiting,
    waitedSeconds: status.waitedSeconds,
    ok: status.ok,
    errors: status.errors,
    inventory: status.inventory,
    queueDepth: status.queueDepth,
    spansPerSecond: status.spansPerSecond,
  };
}

function readLoad(body: unknown): number {
  const parsed = loadSchema.safeParse(body);
  if (parsed.success) return parsed.data.load;
  const given = JSON.stringify(body).slice(0, 80);
  throw new ProblemError(400, `${given}: expected {"load": N}, N a number above 0, at most ${MAX_LOAD}.`);
}
