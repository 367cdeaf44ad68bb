import assert from 'node:assert/strict';
import { problemSchema } from '../src/control/schemas.ts';
import { type Control, startControl } from '../src/control/start-control.ts';
import { createIncidentLog } from '../src/incident-log/incident-log.ts';
import { createRealClock } from '../src/simulation/real-clock.ts';
import type { IncidentOrder } from '../src/snkrs/incidents/occurrence.ts';
import { createCounts } from '../src/telemetry/ledger/counts.ts';
import { freePort } from './free-port.ts';

const LIMITS = { maxRequestBytes: 2_048, requestMillis: 1_000, maxConnections: 3 };

const STATUS = {
  cycle: 1,
  dropId: 'drop-2026-08-01-0001',
  sneaker: "Skyline 1 High 'Varsity Red'",
  phase: 'DROP_LIVE' as const,
  secondsLeft: 12.5,
  workers: 40,
  ok: 100,
  errors: 3,
  inventory: 77,
  queueDepth: 4,
  waiting: 0,
  waitedSeconds: 1.5,
  shards: 1,
  spansPerSecond: 812.3,
};

/** A run without a drop, which says what it is told and does as a simulation does with incidents. */
export function createControlledRun() {
  const clock = createRealClock();
  const loads: number[] = [];
  const said: string[] = [];
  const incidents = createIncidentLog({
    store: undefined,
    runId: 'run-1',
    dataDir: '',
    clock,
    report: (line) => said.push(line),
  });
  const steer = (order: IncidentOrder) => {
    if (order.do === 'start') return incidents.changed(order.occurrence);
    const now = clock.now();
    for (const occurrence of incidents.underWay(now))
      if (occurrence.id === order.id) incidents.changed({ ...occurrence, endsAt: now });
  };
  const history: { simulatedAt: number | undefined } = { simulatedAt: undefined };
  return {
    /** The loads it was given. */
    loads,
    /** What it has reported. */
    said,
    /** Where it is with its history, while it makes one. */
    history,
    controlled: {
      description: {
        runId: 'run-1',
        seed: '7',
        startedAt: Date.UTC(2026, 7, 1),
        endpoint: 'http://localhost:4317',
        settings: {},
      },
      run: {
        status: () => ({ ...STATUS, ...history, load: loads.at(-1) ?? 1 }),
        setLoad: (load: number) => {
          loads.push(load);
        },
        steer,
      },
      incidents,
      clock,
      ledger: { path: '/data/runs/run-1.json', counts: createCounts() },
    },
  };
}

/** A control API on a free port, with limits that a test can reach. */
export async function startTestControl(token?: string): Promise<Control> {
  const where = { host: '127.0.0.1', port: await freePort(), token, limits: LIMITS };
  return await startControl(where, (line) => assert.fail(line));
}

/** The status and the text of an answer that is one line of RFC 9457. */
export async function problemOf(response: Response): Promise<string> {
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const { status, detail } = problemSchema.parse(await response.json());
  assert.equal(status, response.status);
  assert.doesNotMatch(detail, /\n/);
  return `${status} ${detail}`;
}
