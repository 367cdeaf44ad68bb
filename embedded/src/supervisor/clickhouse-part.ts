import type { InnerAddress } from '../clickhouse/inner-address.ts';
import { type ClickHouse, type ClickHouseOptions, startClickHouse } from '../clickhouse/server.ts';
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
      return { name, ended: clickhouse.exited.then(describeExit), stop: clickhouse.stop };
    },
  };
}

function describeExit({ code, signal, lastLines }: Awaited<ClickHouse['exited']>): ServiceEnd {
  const how = signal ?? `exit code ${code}`;
  return { ok: code === 0, how: lastLines === '' ? how : `${how}: ${lastLines.replaceAll('\n', ' ')}` };
}
