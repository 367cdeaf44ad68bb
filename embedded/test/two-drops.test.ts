import { after, before, describe } from 'node:test';
import { earlyPlaybookTests, playbookTests } from './playbooks/playbook-tests.ts';
import { runTwoDrops, type TwoDrops } from './two-drops.ts';
import { verifyTests } from './whole-drop/verify-tests.ts';
import { wholeDropTests } from './whole-drop/whole-drop-tests.ts';

/** Two drops take their time, so all that must be true of what they leave behind is checked on the same ones. */
describe('two drops', () => {
  let drops: TwoDrops;
  // The runner's own limit is for one test: two busy cores come near it with a stack's whole run.
  before(
    async () => {
      drops = await runTwoDrops();
    },
    { timeout: 300_000 },
  );
  after(() => drops?.[Symbol.asyncDispose]());

  describe('as they are stored', () => wholeDropTests(() => drops));
  describe('the playbooks', () => playbookTests(() => drops));
  // From here on rows are taken away.
  describe('verify', () => verifyTests(() => drops));
  describe('the playbooks in the first PRE_DROP', () => earlyPlaybookTests(() => drops));
});
