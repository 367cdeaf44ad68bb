import type { IncidentsSetting } from './setting.ts';
import { incidentKinds } from './snkrs/incidents/kinds.ts';

/** Settings by name, each as its own schema has read it; those that are wrong by themselves are not there. */
type ReadValues = Readonly<Record<string, unknown>>;

/** So many parts a crowd of 40,000 with its 400 bots can be divided into and still have somebody of each kind everywhere. */
const MAX_SLICES = 256;

/** What is wrong with settings together that are right alone: a line for each, as in a ConfigError. */
export function settingConflicts(values: ReadValues, environment: NodeJS.ProcessEnv): string[] {
  return [
    ...contradictions(values),
    ...controlProblems(values),
    // Read by the schema of INCIDENTS.
    ...incidentProblems(values.INCIDENTS as IncidentsSetting | undefined),
    ...shardProblems(values, environment),
  ];
}

function contradictions(values: ReadValues): string[] {
  const { INVENTORY_MIN: min, INVENTORY_MAX: max, SIMULATE_FROM: from, CYCLES: cycles } = values;
  const problems: string[] = [];
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    problems.push(
      `INVENTORY_MIN="${min}": expected at most INVENTORY_MAX, which is ${max}; lower the one or raise the other.`,
    );
  }
  if (from !== undefined && cycles === 0) {
    problems.push(
      'CYCLES="0": expected 1 or more with SIMULATE_FROM, since a time of its own has no present to arrive at.',
    );
  }
  return problems;
}

/** Whoever may reach the control API from another machine must show that it may use it. */
function controlProblems({ CONTROL_HOST: host, CONTROL_PORT: port, CONTROL_TOKEN: token }: ReadValues): string[] {
  if (typeof host !== 'string' || port === 0 || token !== undefined || /^(localhost|127\.[\d.]+|::1)$/.test(host))
    return [];
  return [
    `CONTROL_HOST="${host}": expected CONTROL_TOKEN to be set as well, since other machines reach that address; set it, or leave CONTROL_HOST unset for 127.0.0.1.`,
  ];
}

/** Who means an incident that there is not would wait for it in vain. */
function incidentProblems(setting: IncidentsSetting | undefined): string[] {
  if (setting?.kind !== 'planned') return [];
  const kinds = incidentKinds();
  const unknown = setting.incidents.map(({ incident }) => incident).filter((kind) => !kinds.includes(kind));
  return [...new Set(unknown)].map((kind) => `INCIDENTS="${kind}@…": expected one of ${kinds.join(', ')}.`);
}

/** What several processes must agree on, they must be told. */
function shardProblems(values: ReadValues, environment: NodeJS.ProcessEnv): string[] {
  const { SHARDS: shards, SHARD_INDEX: index, SHARD_COUNT: count } = values;
  if (typeof shards !== 'number' || typeof index !== 'number' || typeof count !== 'number') return [];
  const problems: string[] = [];
  if (index >= count) {
    problems.push(
      `SHARD_INDEX="${index}": expected a whole number below SHARD_COUNT, which is ${count}; the first process has index 0.`,
    );
  }
  if (shards * count > MAX_SLICES) {
    problems.push(
      `SHARDS="${shards}": expected SHARDS x SHARD_COUNT to be at most ${MAX_SLICES}; SHARD_COUNT is ${count}.`,
    );
  }
  if (count === 1) return problems;
  for (const name of ['SEED', 'RUN_ID']) {
    if (environment[name]?.trim()) continue;
    problems.push(
      `${name}="": expected the same one in each of the ${count} processes of the run; set it, such as ${name}=drop-1.`,
    );
  }
  return problems;
}
