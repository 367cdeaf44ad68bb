import { parseArgs } from 'node:util';
import { describeCase, fuzz, record } from './fuzz.ts';
import { printReport } from './report.ts';

const USAGE = 'usage: npm run test:fuzz -- [--seed N] [--cases N] [--from N] | --case N [--seed N] | --record';

/** The seed of the runs whose outcome differences.ts explains. */
const SEED = 1;
const CASES = 20_000;
/** For `npm test`, which has seconds. */
const RECORDED_CASES = 300;

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`"${text}": expected a whole number. ${USAGE}`);
  return Number(text);
}

async function main(): Promise<number> {
  const options = {
    seed: { type: 'string' },
    cases: { type: 'string' },
    from: { type: 'string' },
    case: { type: 'string' },
    record: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  const seed = whole(values.seed ?? `${SEED}`);
  if (values.record) {
    await record(SEED, RECORDED_CASES);
    return 0;
  }
  if (values.case !== undefined) {
    console.log(await describeCase(seed, whole(values.case)));
    return 0;
  }
  const findings = await fuzz({ seed, from: whole(values.from ?? '0'), cases: whole(values.cases ?? `${CASES}`) });
  printReport(findings);
  return findings.isClean ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
