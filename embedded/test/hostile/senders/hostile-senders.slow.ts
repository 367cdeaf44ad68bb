import { testHostileSenders } from './attacks.ts';

// The settings' default, and five times as many.
testHostileSenders({ many: 2_500, maxConnections: 512, withinMillis: 1_000 });
