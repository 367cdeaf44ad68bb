import { runEmbedded } from './supervisor/run-embedded.ts';

process.exit(await runEmbedded());
