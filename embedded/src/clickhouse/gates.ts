import type { ClickHouseClient } from '@clickhouse/client';
import type { PortLimits } from '../port-limits.ts';
import { endSelect } from './end-select.ts';
import { startHttpGate } from './http-gate.ts';
import type { InnerAddress } from './inner-address.ts';
import { startNativeGate } from './native-gate.ts';

/** Where the gates stand. */
export interface GatesOptions {
  readonly host: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly limits: PortLimits;
  readonly allowedHosts: readonly string[];
}

/**
 * Opens the ports the user knows; ClickHouse's own have neither the checks nor, the native one, the toughness for them. `admin` is past
 * the gates. What it resolves with closes them.
 *
 * @throws {ClickHouseError} a port cannot be listened on; neither is then
 */
export async function openGates(
  { host, httpPort, tcpPort, limits, allowedHosts }: GatesOptions,
  inner: InnerAddress,
  admin: ClickHouseClient,
): Promise<() => Promise<void>> {
  const native = await startNativeGate({ host, port: tcpPort, inner, limits });
  try {
    const http = await startHttpGate({
      host,
      port: httpPort,
      inner,
      limits,
      allowedHosts,
      endSelect: (fromPort) => endSelect(admin, fromPort),
    });
    return async () => void (await Promise.all([native.stop(), http.stop()]));
  } catch (error) {
    await native.stop();
    throw error;
  }
}
