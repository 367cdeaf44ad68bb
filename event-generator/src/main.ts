import { readConfig } from './config.ts';
import { explainFailure, runGenerator } from './run-generator.ts';
import { createRealClock } from './simulation/real-clock.ts';
import { listenForStop } from './stop.ts';

const clock = createRealClock();

try {
  const config = readConfig(clock.now());
  process.exit(await runGenerator({ config, clock, stop: listenForStop(clock) }));
} catch (error) {
  process.exit(explainFailure(error));
}
