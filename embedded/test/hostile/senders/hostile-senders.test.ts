import { testHostileSenders } from './attacks.ts';

// Other tests share the machine with these.
testHostileSenders({ many: 400, maxConnections: 150, withinMillis: 5_000 });
