import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { localAddress } from '../local-address.ts';
import { forkChild } from './child-process.ts';
import type { Service } from './service.ts';

const generator = join(import.meta.dirname, '../../../event-generator/src');

/** It flushes for 10 s at most. */
const STOP_WITHIN_MS = 15_000;

/** Starts the event-generator, whose lines appear in this terminal. It ends by itself where CYCLES says so. */
export function startGeneratorProcess(config: Config, kill: AbortSignal): Service {
  const child = forkChild({ module: join(generator, 'main.ts'), environment: generatorEnvironment(config), kill });
  return { name: 'the event-generator', ended: child.ended, stop: () => child.stop(STOP_WITHIN_MS) };
}

/** What is wrong with the event-generator's settings, a line each, before anything is started. */
export function checkGeneratorSettings(): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(generator, 'commands/check-settings.ts')], (error, _, problems) => {
      resolve(error === null ? [] : problems.split('\n').filter((line) => line.trim() !== ''));
    });
  });
}

/** Its own settings, with the endpoint, the run and the directory of this stack. */
function generatorEnvironment({ environment, host, ports, runId, paths }: Config): NodeJS.ProcessEnv {
  return {
    ...environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${localAddress(host)}:${ports.OTLP_GRPC_PORT}`,
    RUN_ID: runId,
    DATA_DIR: paths.dataDir,
  };
}
