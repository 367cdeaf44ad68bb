import { type ClickHouse, type ClickHouseOptions, type InnerPorts, startClickHouse } from '../clickhouse/server.ts';
import type { ServiceEnd } from './service.ts';
import type { Part } from './supervise.ts';

/** ClickHouse as a part of the stack. */
export interface ClickHousePart extends Part {
  /** Where it answers over HTTP once it has been started, and after any further start. */
  readonly url: string;
}

/** ClickHouse: each further start gets the same data, ports and passwords. */
export function clickhousePart(options: Omit<ClickHouseOptions, 'innerPorts' | 'stop'>): ClickHousePart {
  const name = 'ClickHouse';
  let innerPorts: InnerPorts | undefined;
  let url = '';
  return {
    name,
    get url() {
      return url;
    },
    async start(calledOff) {
      const clickhouse = await startClickHouse({ ...options, ...(innerPorts && { innerPorts }), stop: calledOff });
      ({ innerPorts, url } = clickhouse);
      return { name, ended: clickhouse.exited.then(describeExit), stop: clickhouse.stop };
    },
  };
}

function describeExit({ code, signal, lastLines }: Awaited<ClickHouse['exited']>): ServiceEnd {
  const how = signal ?? `exit code ${code}`;
  return { ok: code === 0, how: lastLines === '' ? how : `${how}: ${lastLines.replaceAll('\n', ' ')}` };
}
