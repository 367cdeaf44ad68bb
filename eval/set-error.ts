import { ClickHouseError } from '../embedded/src/clickhouse/error.ts';
import { ConfigError } from '../embedded/src/config.ts';
import { HyperdxError } from '../embedded/src/hyperdx/gateway.ts';
import { SupervisorError } from '../embedded/src/supervisor/supervisor-error.ts';

/** What a person has to put right, in lines for them. */
export class SetError extends Error {
  override name = 'SetError';
}

/** Runs `main` and ends the process with what it returns; where a person has to put something right, with its message: 2 for what was given, 1 for the machine. */
export async function runMain(main: (words: readonly string[]) => Promise<number>): Promise<never> {
  try {
    process.exit(await main(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof SetError || error instanceof ConfigError || isOfStack(error))) throw error;
    console.error(error.message);
    process.exit(isOfStack(error) ? 1 : 2);
  }
}

/** Ports, disks, directories: what can keep the stack from starting. */
function isOfStack(error: unknown): error is Error {
  return error instanceof SupervisorError || error instanceof ClickHouseError || error instanceof HyperdxError;
}
