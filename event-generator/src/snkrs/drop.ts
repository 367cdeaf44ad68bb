import type { Clock } from '../simulation/clock.ts';
import { createGate } from '../simulation/gate.ts';
import {
  type Cycle,
  cycleMs,
  firstCycle,
  type PhaseTurn,
  phaseTurns,
  type Schedule,
  startingNow,
} from '../simulation/phase-machine.ts';
import type { Random } from '../simulation/random.ts';
import { ownStream, type Slice, WHOLE } from '../simulation/slice.ts';
import { createWorkerPool, type WorkerPool } from '../simulation/worker-pool.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { logChanges } from './change-log.ts';
import type { ConsumerContext } from './consumers/consume.ts';
import { startConsumers } from './consumers/start-consumers.ts';
import type { DropObserver, DropStatus } from './drop-report.ts';
import { type DropSettings, type PhaseRow, phaseRows, workersOf } from './drop-settings.ts';
import { createDropState } from './drop-state.ts';
import { observeGauges } from './gauges.ts';
import type { IncidentOrder, Occurrence } from './incidents/occurrence.ts';
import { type IncidentSchedule, incidentsOfCycle, plannedIncidents } from './incidents/schedule.ts';
import { createIncidentsUnderWay } from './incidents/under-way.ts';
import { createWorker } from './journeys/worker.ts';
import { createPlatform } from './platform/platform.ts';
import { reconcileStock } from './reconciliation.ts';
import { createCrowd } from './shoppers/crowd.ts';
import { createTopics } from './topics.ts';

/** What a simulation is made of. */
export interface DropOptions {
  readonly clock: Clock;
  /** The same for all slices of a simulation. */
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly settings: DropSettings;
  /** The part of it that is simulated here: all, where none is given. */
  readonly slice?: Slice;
  /** When its drops take place: from now on, where none is given. */
  readonly schedule?: Schedule;
  readonly observer?: DropObserver;
}

/** The simulation. */
export interface Drop {
  /**
   * Runs drop after drop: resolves when `cycles` of them are over and everything they set off is done, or, soon after
   * `signal` aborts, when the work in flight has ended.
   */
  run(signal: AbortSignal): Promise<void>;
  status(): DropStatus;
  /** Multiplies every phase's workers by `load` from now on: those of the present phase come or go at once. */
  setLoad(load: number): void;
  /** Starts an incident, or stops one. */
  steer(order: IncidentOrder): void;
}

/** Makes a slice of the platform and of its crowd, ready to run. */
export function createDrop(options: DropOptions): Drop {
  const { clock, random, telemetry, settings, slice = WHOLE, observer } = options;
  const schedule = options.schedule ?? startingNow(clock.now());
  // What happens to whom is a slice's own; what is sold, and how many pairs of it, is everybody's.
  const own = ownStream(random, slice);
  const platform = createPlatform(clock, telemetry, slice);
  const crowd = createCrowd(random.fork('crowd'), slice, () => platform.overlay.knob('crowd.bots'));
  const topics = createTopics();
  const results = createGate();
  const phases = phaseRows(settings);
  const open = (cycle: Cycle) => createDropState(cycle, random.fork(`drop-${cycle.number}`), settings.inventory, slice);
  let cycle: Cycle | undefined;
  let drop = open(firstCycle(schedule, phases));
  let phase: PhaseRow = phases[0];
  let endsAt = clock.now() + phase.seconds * 1000;
  let load = settings.load;
  let workers = 0;
  let pool: WorkerPool | undefined;

  const status = (): DropStatus => ({
    cycle: drop.cycle,
    dropId: drop.id,
    sneaker: `${drop.sneaker.name} '${drop.sneaker.colorway}'`,
    phase: drop.phase,
    secondsLeft: Math.max(0, (endsAt - clock.now()) / 1000),
    workers,
    ok: drop.ok,
    errors: drop.errors,
    inventory: drop.inventory.left,
    queueDepth: sum(Object.values(topics).map((topic) => topic.length)),
  });
  const endDrop = () => observer?.dropEnded({ ...status(), orders: drop.orders.length, entries: drop.entered.size });
  observeGauges({ platform, topics, drop: () => drop, workers: () => workers });

  const work = createWorker({ platform, crowd, topics, random: own, drop: () => drop });

  const resize = () => {
    workers = workersOf(phase, load * platform.overlay.workers(), slice);
    pool?.resize(workers);
  };

  const incidents = createIncidentsUnderWay({
    clock,
    instances: platform.instances,
    overlay: platform.overlay,
    slice: slice.index,
    tell: (occurrence) => {
      // The others go through the same.
      if (slice.index === 0) observer?.incidentChanged(occurrence);
    },
    changed: () => {
      if (pool) resize();
    },
  });
  const incidentSchedule: IncidentSchedule = {
    setting: settings.incidents,
    phases,
    random: random.fork('incidents'),
    slices: slice.count,
  };
  const length = cycleMs(phases);
  const over = new AbortController();
  const changesOf = ({ startsAt }: Cycle) => ({
    clock,
    instances: platform.instances,
    random: random.fork(`changes-${startsAt}`),
    signal: over.signal,
  });
  const expect = (occurrences: readonly Occurrence[]) => {
    for (const occurrence of occurrences) incidents.steer({ do: 'start', occurrence });
  };

  const enter = (turn: PhaseTurn<PhaseRow>) => {
    const opens = turn.cycle !== cycle;
    if (opens && cycle) endDrop();
    else if (opens) expect(plannedIncidents(incidentSchedule, turn.startsAt));
    if (opens) {
      drop = open(turn.cycle);
      crowd.newDrop(random.fork(`crowd-${turn.cycle.number}`));
      expect(incidentsOfCycle(incidentSchedule, turn.cycle));
      if (slice.index === 0) void logChanges(changesOf(turn.cycle), turn.cycle.startsAt, turn.cycle.startsAt + length);
    }
    cycle = turn.cycle;
    phase = turn.phase;
    endsAt = turn.endsAt;
    drop.phase = phase.name;
    if (phase.name === 'POST_DROP') results.open();
    else results.shut();
    resize();
    if (opens) {
      const { id: dropId, sneaker, inventory } = drop;
      observer?.dropStarted({ cycle: cycle.number, dropId, sneaker, pairs: inventory.initial });
    }
    observer?.phaseStarted({ phase: phase.name, seconds: secondsOf(turn), workers });
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const broken = new AbortController();
    const stop = AbortSignal.any([signal, broken.signal]);
    const present = createWorkerPool(
      (worker) => work(worker, stop),
      (error) => broken.abort(error),
    );
    const context: ConsumerContext = {
      platform,
      topics,
      crowd,
      random: own.fork('consumers'),
      drop: () => drop,
      stop,
    };
    const consumers = startConsumers(context, { gate: results, until: () => endsAt }, (error) => broken.abort(error));

    void reconcileStock({ ...platform, slice }, () => drop, over.signal);
    pool = present;
    try {
      for await (const turn of phaseTurns(clock, phases, schedule, settings.cycles, stop)) enter(turn);
      pool = undefined;
      workers = 0;
      await present.drain();
      for (const topic of Object.values(topics)) {
        if (stop.aborted) topic.clear();
        topic.close();
      }
      results.open();
      await consumers;
    } finally {
      over.abort();
      incidents.close();
    }
    endDrop();
    broken.signal.throwIfAborted();
  };

  const setLoad = (next: number) => {
    load = next;
    if (pool) resize();
  };

  return { run, status, setLoad, steer: incidents.steer };
}

/** The phase's length, or what is left of one that was joined in the middle, to the second. */
function secondsOf({ phase, startsAt, endsAt }: PhaseTurn<PhaseRow>): number {
  const left = (endsAt - startsAt) / 1000;
  return phase.seconds - left < 0.01 ? phase.seconds : Math.ceil(left);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
