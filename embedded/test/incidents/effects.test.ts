import { suite } from 'node:test';
import { catalogue } from './catalogue.ts';
import { testEffects } from './effect-tests.ts';

suite('an incident has the effect it promises, and no other', () => {
  // Its effect has a place as well as a time. `npm run test:incidents` has all kinds, in drops of full size.
  const kinds = catalogue().filter(({ kind }) => kind === 'cdn-region-outage');
  const timing = { phases: { PRE_DROP: 12, DROP_LIVE: 38, POST_DROP: 2 }, comes: 2, lasts: 10, workers: 10 };
  testEffects(kinds, timing);
});
