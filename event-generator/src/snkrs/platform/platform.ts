import type { Clock } from '../../simulation/clock.ts';
import type { Slice } from '../../simulation/slice.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { createOverlay, type Overlay } from '../incidents/overlay.ts';
import { OPERATIONS, type OperationName } from '../operations/table.ts';
import { type CompiledOperation, compileOperation } from './compiled-operation.ts';
import { createInstances, type Instances } from './instance.ts';

/** The running services, and what their operations cost at present. */
export interface Platform {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly instances: Instances;
  /** The row of an operation: the one place where a run of it looks its cost and its odds up. */
  operation(name: OperationName): CompiledOperation;
  /** What incidents make of it all. */
  readonly overlay: Overlay;
}

/** A slice of the platform, on `clock`, that speaks through `telemetry`. */
export function createPlatform(clock: Clock, telemetry: Telemetry, slice: Slice): Platform {
  const operations = new Map(Object.entries(OPERATIONS).map(([name, row]) => [name, compileOperation(row)]));
  const instances = createInstances(clock, telemetry, slice);
  const operation = (name: OperationName) => {
    const found = operations.get(name);
    if (found === undefined) throw new RangeError(`operation ${name}: expected a row of the operation table`);
    return found;
  };
  return {
    clock,
    telemetry,
    instances,
    operation,
    overlay: createOverlay({ clock, instances: instances.all, slice: slice.index, operation }),
  };
}
