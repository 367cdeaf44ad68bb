import { BENCHMARKS, type Benchmark, BenchmarkError } from './benchmarks.ts';
import { describeMachine } from './measure/machine.ts';

const [name, ...words] = process.argv.slice(2);

function usage(): string {
  const width = Math.max(...Object.keys(BENCHMARKS).map((known) => known.length));
  const lines = Object.entries(BENCHMARKS).map(([known, what]) => `  ${known.padEnd(width)}  ${what}`);
  return ['usage: npm run bench -- NAME [WORDS]', '', ...lines].join('\n');
}

/** The exit code: 1 when a benchmark cannot run, 2 when there is none of that name. */
async function main(): Promise<number> {
  if (name === '--help' || name === '-h') {
    console.log(usage());
    return 0;
  }
  if (name === undefined || !Object.hasOwn(BENCHMARKS, name)) {
    if (name !== undefined) console.error(`NAME="${name}": expected one of ${Object.keys(BENCHMARKS).join(', ')}.\n`);
    console.error(usage());
    return 2;
  }
  console.log(`${describeMachine().join('\n')}\n`);
  try {
    // A module of that name and shape is what makes a directory a benchmark.
    const benchmark = (await import(`./${name}/${name}.ts`)) as Benchmark;
    await benchmark.run(words);
    return 0;
  } catch (error) {
    if (!(error instanceof BenchmarkError)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exit(await main());
