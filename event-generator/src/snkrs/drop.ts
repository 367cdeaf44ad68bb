import type { Clock } from '../simulation/clock.ts';
import { createGate } from '../simulation/gate.ts';
import { type PhaseTurn, phaseTurns } from '../simulation/phase-machine.ts';
import type { Random } from '../simulation/random.ts';
import { createWorkerPool } from '../simulation/worker-pool.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ConsumerContext } from './consumers/consume.ts';
import { startConsumers } from './consumers/start-consumers.ts';
import type { DropObserver, DropStatus } from './drop-report.ts';
import { type DropSettings, type PhaseRow, phaseRows } from './drop-settings.ts';
import { createDropState } from './drop-state.ts';
import { observeGauges } from './gauges.ts';
import { createWorker } from './journeys/worker.ts';
import { createPlatform } from './platform/platform.ts';
import { createCrowd } from './shoppers/crowd.ts';
import { createTopics } from './topics.ts';

/** What a simulation is made of. */
export interface DropOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly settings: DropSettings;
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
}

/** Makes the platform and its crowd, ready to run. */
export function createDrop({ clock, random, telemetry, settings, observer }: DropOptions): Drop {
  const platform = createPlatform(clock, telemetry);
  const crowd = createCrowd(random.fork('crowd'));
  const topics = createTopics();
  const results = createGate();
  const phases = phaseRows(settings);
  const open = (cycle: number) => createDropState(cycle, clock.now(), random.fork(`drop-${cycle}`), settings.inventory);
  let drop = open(1);
  let endsAt = clock.now() + phases[0].seconds * 1000;
  let workers = 0;

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

  const work = createWorker({ platform, crowd, topics, random, drop: () => drop });

  const enter = ({ cycle, phase, endsAt: end }: PhaseTurn<PhaseRow>) => {
    endsAt = end;
    if (phase === phases[0]) {
      if (cycle > 1) {
        endDrop();
        drop = open(cycle);
      }
      crowd.newDrop(random.fork(`crowd-${cycle}`));
    }
    drop.phase = phase.name;
    workers = phase.workers;
    if (phase.name === 'POST_DROP') results.open();
    else results.shut();
    if (phase === phases[0]) {
      const { id: dropId, sneaker, inventory } = drop;
      observer?.dropStarted({ cycle, dropId, sneaker, pairs: inventory.initial });
    }
    observer?.phaseStarted({ phase: phase.name, seconds: phase.seconds, workers });
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const broken = new AbortController();
    const stop = AbortSignal.any([signal, broken.signal]);
    const pool = createWorkerPool(
      (worker) => work(worker, stop),
      (error) => broken.abort(error),
    );
    const context: ConsumerContext = {
      platform,
      topics,
      crowd,
      random: random.fork('consumers'),
      drop: () => drop,
      stop,
    };
    const consumers = startConsumers(context, { gate: results, until: () => endsAt }, (error) => broken.abort(error));

    for await (const turn of phaseTurns(clock, phases, settings.cycles, stop)) {
      enter(turn);
      pool.resize(workers);
    }
    workers = 0;
    await pool.drain();
    for (const topic of Object.values(topics)) {
      if (stop.aborted) topic.clear();
      topic.close();
    }
    results.open();
    await consumers;
    endDrop();
    broken.signal.throwIfAborted();
  };

  return { run, status };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
