import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import type { CompiledError, CompiledOperation } from '../platform/compiled-operation.ts';
import { compileError } from '../platform/compiled-operation.ts';
import type { Instance } from '../platform/instance.ts';
import type { Cause } from '../platform/scope.ts';
import type { Effect } from './incident.ts';
import { KNOBS, type KnobName } from './knobs.ts';
import type { IncidentScope, Occurrence } from './occurrence.ts';
import { type Place, type Reach, reachOf } from './reach.ts';
import { strengthOf } from './strength.ts';

/** What is different about a run of an operation. */
export interface Change {
  /** Its own time, so many times, and so much on top. */
  readonly times: number;
  readonly plusMs: number;
  /** Failures that come on top of its own, and are looked at before them. */
  readonly errors: readonly CompiledError[];
}

/** What incidents make of the platform, at each instant. Whoever asks draws nothing that would not be drawn otherwise. */
export interface Overlay {
  /** Nothing is different: no need to ask. */
  readonly isIdle: boolean;
  /** Whether there are effects that {@link settle} has to bring up to date. */
  readonly isMoving: boolean;
  changeOf(operation: CompiledOperation, instance: Instance, cause: Cause): Change | undefined;
  /** The present value of a knob; where no place is given, only effects without a limit touch it. */
  knob(name: KnobName, place?: Place): number;
  /** Memory an instance has too much of, in MiB. */
  memory(instance: Instance): number;
  /** How many times the shoppers that there would be. */
  workers(): number;
  /** Puts the effects of an occurrence in force, each in its shape from `startsAt` to `endsAt`. */
  begin(occurrence: Occurrence, effects: readonly Effect[]): void;
  end(id: string): void;
  /** Brings backends and the clocks of instances to the present. */
  settle(): void;
}

/** What an overlay lies on. */
export interface Overlaid {
  readonly clock: Clock;
  readonly instances: readonly Instance[];
  /** The index of the slice they are of. */
  readonly slice: number;
  readonly operation: (name: Extract<Effect, { on: 'operation' }>['operations'][number]) => CompiledOperation;
}

type On<Kind extends Effect['on']> = Extract<Effect, { on: Kind }>;

/** An effect in force. */
interface Active<E extends Effect> {
  readonly id: string;
  readonly effect: E;
  readonly reaches: Reach;
  strength(now: EpochMillis): number;
}

/** No incident at all. */
export function createOverlay({ clock, instances, slice, operation }: Overlaid): Overlay {
  let active: readonly Active<Effect>[] = [];
  let byOperation = new Map<CompiledOperation, readonly ActiveOperation[]>();
  let isIdle = true;

  const of = <Kind extends Effect['on']>(kind: Kind) =>
    // What `on` says is the kind of the effect.
    active.filter(({ effect }) => effect.on === kind) as unknown as readonly Active<On<Kind>>[];

  const change = (next: readonly Active<Effect>[]) => {
    active = next;
    isIdle = active.length === 0;
    byOperation = new Map();
    for (const one of of('operation')) {
      for (const name of one.effect.operations) {
        const row = operation(name);
        byOperation.set(row, [...(byOperation.get(row) ?? []), compile(one, row)]);
      }
    }
  };

  const settle = () => {
    const now = clock.now();
    const [backends, clocks] = [of('backend'), of('clock')];
    for (const instance of instances) {
      const place = { instance };
      instance.skewMs = sum(
        clocks.filter(({ reaches }) => reaches(place)),
        (one) => one.effect.skewMs * one.strength(now),
      );
      for (const [name, backend] of instance.backends) {
        const touching = backends.filter(
          ({ effect, reaches }) => effect.backend === name && includes(effect.services, instance) && reaches(place),
        );
        const occupied = sum(touching, (one) => (one.effect.occupy ?? 0) * one.strength(now));
        backend.occupy(Math.round(Math.min(1, occupied) * backend.spec.capacity));
        backend.slowDown(product(touching, (one) => partOf(one.effect.slowdown ?? 1, one.strength(now))));
      }
    }
  };

  return {
    get isIdle() {
      return isIdle;
    },
    get isMoving() {
      return active.some(({ effect: { on } }) => on === 'backend' || on === 'clock' || on === 'workers');
    },
    changeOf(operation, instance, cause) {
      const effects = byOperation.get(operation);
      return effects && changeBy(effects, { instance, cause }, clock.now());
    },
    knob(name, place = {}) {
      let value: number = KNOBS[name];
      if (isIdle) return value;
      for (const { effect, reaches, strength } of of('knob')) {
        if (effect.knob === name && reaches(place)) value += (effect.value - value) * strength(clock.now());
      }
      return value;
    },
    memory: (instance) => {
      const touching = of('memory').filter(
        ({ effect, reaches }) => includes(effect.services, instance) && reaches({ instance }),
      );
      return sum(touching, (one) => one.effect.mib * one.strength(clock.now()));
    },
    workers: () => product(of('workers'), (one) => partOf(one.effect.times, one.strength(clock.now()))),
    begin: (occurrence, effects) => {
      change([...active, ...effects.map((effect) => activate(effect, occurrence, slice))]);
      settle();
    },
    end: (id) => {
      change(active.filter((one) => one.id !== id));
      settle();
    },
    settle,
  };
}

function activate<E extends Effect>(effect: E, occurrence: Occurrence, slice: number): Active<E> {
  const { id, startsAt, endsAt } = occurrence;
  const from = startsAt + (effect.delaySeconds ?? 0) * 1000;
  return {
    id,
    effect,
    reaches: reachOf(scopeOf(effect, occurrence.scope), id, slice),
    strength: (now) => (now < endsAt ? strengthOf(effect.shape, (now - from) / 1000) : 0),
  };
}

/** What an effect says for itself, with what was picked for the incident. */
function scopeOf({ scope }: Effect, picked: IncidentScope): IncidentScope {
  if (scope === undefined) return picked;
  const { instance, region, version, users } = scope;
  const regionName = region === 'pick' ? picked.region : region;
  return {
    ...((instance ?? version) !== undefined && picked.service !== undefined && { service: picked.service }),
    ...(instance !== undefined && picked.instance !== undefined && { instance: picked.instance }),
    ...(instance !== undefined && picked.slice !== undefined && { slice: picked.slice }),
    ...(regionName !== undefined && { region: regionName }),
    ...(version !== undefined && { version }),
    ...(users !== undefined && { users }),
  };
}

interface ActiveOperation {
  readonly active: Active<On<'operation'>>;
  readonly errors: readonly CompiledError[];
}

function compile(active: Active<On<'operation'>>, operation: CompiledOperation): ActiveOperation {
  const errors = (active.effect.errors ?? []).map(({ failure, odds, latency }) =>
    compileError({ failure, odds, ...(latency && { latency }) }, operation.latency),
  );
  return { active, errors };
}

function changeBy(effects: readonly ActiveOperation[], place: Place, now: EpochMillis): Change | undefined {
  let [times, plusMs] = [1, 0];
  const errors: CompiledError[] = [];
  for (const { active, errors: more } of effects) {
    const strength = active.strength(now);
    if (strength === 0 || !active.reaches(place)) continue;
    times *= partOf(active.effect.times ?? 1, strength);
    plusMs += (active.effect.plusMs ?? 0) * strength;
    for (const error of more) errors.push({ ...error, odds: error.odds * strength });
  }
  return times === 1 && plusMs === 0 && errors.length === 0 ? undefined : { times, plusMs, errors };
}

function includes(services: readonly string[] | undefined, { service }: Instance): boolean {
  return services === undefined || services.includes(service);
}

/** A factor that is in force with a strength only. */
function partOf(times: number, strength: number): number {
  return 1 + (times - 1) * strength;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function product<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total * of(item), 1);
}
