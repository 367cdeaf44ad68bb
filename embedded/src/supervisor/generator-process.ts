import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { localAddress } from '../local-address.ts';
import type { Backend } from './backend.ts';
import { forkChild } from './child-process.ts';
import { ledgersOf } from './ledgers.ts';
import type { Part } from './supervise.ts';

const generator = join(import.meta.dirname, '../../../event-generator/src/main.ts');

/** It flushes for 10 s at most. */
const STOP_WITHIN_MS = 15_000;

/** Run ids and seeds are this long at most, a number at their end included. */
const MAX_ID_CHARACTERS = 64;

const stateSchema = z.object({ state: z.string() });

/** The event-generator as a part of the stack. */
export interface GeneratorPart extends Part {
  /** The runs it has been started for: one, and one more for each further start. */
  readonly runIds: readonly string[];
}

/**
 * The event-generator, whose lines appear in this terminal. It ends by itself where CYCLES says so. A further start is a run of its
 * own, RUN_ID-2 and so on: what the one before had made and not sent is gone, and its ledger says what was.
 */
export function generatorPart(config: Config, store: Backend['store'], kill: AbortSignal): GeneratorPart {
  const runIds: string[] = [];
  return {
    name: 'the event-generator',
    runIds,
    async start() {
      const { runId, nth } = nextRun(config, runIds.length);
      runIds.push(runId);
      const environment = generatorEnvironment(config, store, runId, nth);
      const child = forkChild({ module: generator, environment, kill });
      return {
        name: `the event-generator (run ${runId})`,
        ended: child.ended,
        stop: () => child.stop(STOP_WITHIN_MS),
      };
    },
    hasFinished: async ({ ok }) => ok || (await isClosed(config, runIds.at(-1)!)),
  };
}

/** A ledger is one run's, also one of an earlier day with such a number at its end. */
function nextRun(config: Config, runsBefore: number): { runId: string; nth: number } {
  if (runsBefore === 0) return { runId: config.runId, nth: 1 };
  let nth = runsBefore + 1;
  while (ledgersOf(config, numbered(config.runId, nth)).length > 0) nth += 1;
  return { runId: numbered(config.runId, nth), nth };
}

function numbered(id: string, nth: number): string {
  const end = `-${nth}`;
  return id.slice(0, MAX_ID_CHARACTERS - end.length) + end;
}

/** An event-generator that ended in order, with losses or without, has written so. */
async function isClosed(config: Config, runId: string): Promise<boolean> {
  const states = await Promise.all(ledgersOf(config, runId).map(readState));
  return states.length > 0 && states.every((state) => state !== undefined && state !== 'running');
}

/** A ledger that cannot be read was not closed. */
async function readState(path: string): Promise<string | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(path, 'utf8'))).state;
  } catch {
    return undefined;
  }
}

/** Its own settings, with the endpoint, the run and the directory of this stack. */
function generatorEnvironment(config: Config, store: Backend['store'], runId: string, nth: number): NodeJS.ProcessEnv {
  const { environment, host, ports, paths } = config;
  const seed = environment.SEED;
  return {
    ...environment,
    // The same seed would make the ids of the run before once more.
    ...(seed && nth > 1 && { SEED: numbered(seed.trim(), nth) }),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${localAddress(host)}:${ports.OTLP_GRPC_PORT}`,
    RUN_ID: runId,
    // The time before now has the run's before.
    ...(nth > 1 && { BACKFILL: '0' }),
    STORE_URL: store.url,
    STORE_PASSWORD: store.password,
    DATA_DIR: paths.dataDir,
  };
}
