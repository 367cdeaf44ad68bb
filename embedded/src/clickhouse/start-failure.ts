import { ClickHouseError, InnerPortTakenError } from './error.ts';

/** What the server was told to use. */
export interface StartTarget {
  readonly httpPort: number;
  readonly dataDirectory: string;
}

/** Turns the last words of a server that did not start into what to do about it. */
export function explainStartFailure(lastWords: string, target: StartTarget): ClickHouseError {
  const { httpPort, dataDirectory } = target;
  const [, taken] = /Address already in use: .*?:(\d+) /.exec(lastWords) ?? [];
  if (taken !== undefined) {
    return new InnerPortTakenError(
      `Port ${taken}, found free for ClickHouse's own use, was taken meanwhile: start again.`,
    );
  }
  if (lastWords.includes('Another server instance in same directory')) {
    return new ClickHouseError(
      `Another ClickHouse uses ${dataDirectory}: stop the run it belongs to, or set DATA_DIR to another directory.`,
    );
  }
  if (/No space left on device|NOT_ENOUGH_SPACE/.test(lastWords)) {
    return new ClickHouseError(
      `The disk of ${dataDirectory} is full: free some space, or set DATA_DIR to another disk.`,
    );
  }
  const words = lastWords.trim() === '' ? 'it said nothing' : lastWords.trim().replaceAll('\n', ' ');
  return new ClickHouseError(
    `ClickHouse did not start on port ${httpPort}: ${words}. Its log: ${dataDirectory}/log/clickhouse.log`,
  );
}
