import { ConfigError, readConfig } from '../config.ts';
import { createRealClock } from '../simulation/real-clock.ts';

// Run before anything else is started: prints what is wrong with the event-generator's settings, a line each, and exits 2; or, as a
// line of JSON, where it will listen.
try {
  const { host, port } = readConfig(createRealClock().now()).control;
  console.log(JSON.stringify({ control: { host, port } }));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(2);
}
