import { ConfigError, readConfig } from '../config.ts';
import { createRealClock } from '../simulation/real-clock.ts';

// Run before anything else is started: prints what is wrong with the event-generator's settings, a line each, and exits 2.
try {
  readConfig(createRealClock().now());
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(2);
}
