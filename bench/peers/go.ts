import { GO_MISSING } from '../../embedded/test/real-collector/build.ts';
import { BenchmarkError } from '../benchmarks.ts';

/** Peers are built from their Go modules. Throws a {@link BenchmarkError} where there is no Go. */
export function requireGo(): void {
  if (GO_MISSING !== false)
    throw new BenchmarkError('the peers are built with Go, and there is no `go` here: https://go.dev/dl');
}
