import type { EngineExit } from '../clickhouse/engine-process.ts';
import type { InnerAddress } from '../clickhouse/inner-address.ts';
import { type ClickHouseOptions, startClickHouse } from '../clickhouse/server.ts';
import type { ServiceEnd } from './service.ts';
import type { Part } from './supervise.ts';

/** ClickHouse as a part of the stack. */
export interface ClickHousePart extends Part {
  /** Where it answers over HTTP once it has been started, and after any further start. */
  readonly url: string;
  /** The same for parts of the stack, past the gate. */
  readonly innerUrl: string;
}

/** ClickHouse: each further start gets the same data, ports and passwords. */
export function clickhousePart(options: Omit<ClickHouseOptions, 'inner' | 'stop'>): ClickHousePart {
  const name = 'ClickHouse';
  let inner: InnerAddress | undefined;
  let url = '';
  let innerUrl = '';
  return {
    name,
    get url() {
      return url;
    },
    get innerUrl() {
      return innerUrl;
    },
    async start(calledOff) {
      const clickhouse = await startClickHouse({ ...options, ...(inner && { inner }), stop: calledOff });
      ({ inner, url, innerUrl } = clickhouse);
      return {
        name,
        ended: clickhouse.exited.then((exit) => describeExit(exit, clickhouse.logFile)),
        stop: clickhouse.stop,
      };
    },
  };
}

/** Those with which it ends itself, not others it. */
const FAULTS: readonly (NodeJS.Signals | null)[] = ['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE'];

function describeExit({ code, signal, lastLines }: EngineExit, logFile: string): ServiceEnd {
  const how = signal ?? `exit code ${code}`;
  // What is not ClickHouse's own fault, as V8's, stands in the last lines only.
  const words = [lastLines.replaceAll('\n', ' '), FAULTS.includes(signal) ? `${logFile} says why` : ''];
  const why = words.filter((word) => word !== '').join('; ');
  return { ok: code === 0, how: why === '' ? how : `${how}: ${why}` };
}
