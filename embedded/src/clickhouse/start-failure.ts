import { ClickHouseError } from './error.ts';

/** What the server was told to use. */
export interface StartTarget {
  readonly host: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly dataDirectory: string;
}

/** Turns the last words of a server that did not start into what to do about it. */
export function explainStartFailure(lastWords: string, target: StartTarget): ClickHouseError {
  const { host, httpPort, tcpPort, dataDirectory } = target;
  const [, taken] = /Address already in use: .*?:(\d+) /.exec(lastWords) ?? [];
  if (taken !== undefined) {
    const setting = Number(taken) === tcpPort ? 'CLICKHOUSE_TCP_PORT' : 'CLICKHOUSE_HTTP_PORT';
    return new ClickHouseError(
      `Port ${taken} on ${host} (ClickHouse) is taken by another program: stop that program, or set ${setting} to a free port.`,
    );
  }
  if (lastWords.includes('Another server instance in same directory')) {
    return new ClickHouseError(
      `Another ClickHouse uses ${dataDirectory}: stop the run it belongs to, or set DATA_DIR to another directory.`,
    );
  }
  if (/Cannot assign requested address|Can't assign requested address/.test(lastWords)) {
    return new ClickHouseError(
      `HOST="${host}" is no address of this machine: set HOST to one, or unset it for 127.0.0.1.`,
    );
  }
  if (/No space left on device|NOT_ENOUGH_SPACE/.test(lastWords)) {
    return new ClickHouseError(
      `The disk of ${dataDirectory} is full: free some space, or set DATA_DIR to another disk.`,
    );
  }
  const words = lastWords.trim() === '' ? 'it said nothing' : lastWords.trim().replaceAll('\n', ' ');
  return new ClickHouseError(
    `ClickHouse did not start on ports ${httpPort} and ${tcpPort}: ${words}. Its log: ${dataDirectory}/log/clickhouse.log`,
  );
}
