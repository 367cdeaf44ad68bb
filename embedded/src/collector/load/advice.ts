import { InsertError } from './insert-error.ts';

const ADVICE: Readonly<Record<number, string>> = {
  60: 'apply config/clickhouse-schema.sql',
  81: 'apply config/clickhouse-schema.sql',
  192: "check the collector's user in config/clickhouse-users.xml",
  194: "check the collector's password",
  241: 'ClickHouse as a whole is at its memory limit: end heavy queries, or raise max_server_memory_usage in config/clickhouse-config.xml',
  243: 'free disk space: ClickHouse stores nothing while less than 512 MB are free',
  252: 'ClickHouse merges more slowly than it receives: wait, or lower the load',
  497: "check the collector's rights in config/clickhouse-users.xml",
  516: "check the collector's user and password",
};

/** What to do about a load that failed, for the person who runs this. */
export function adviceFor(error: Error, clickhouseUrl: string): string {
  if (!(error instanceof InsertError)) return 'check that the spool and quarantine directories are writable';
  if (error.isConnectionRefused) return `nobody listens at ${clickhouseUrl}: ClickHouse has ended and is started again`;
  if (error.code === undefined) return `there was no answer: check that ClickHouse runs at ${clickhouseUrl}`;
  if (error.isTooLarge) {
    return 'the INSERT alone is over max_memory_usage of the profile collector in config/clickhouse-users.xml: it is sent in parts';
  }
  return ADVICE[error.code] ?? "see ClickHouse's log";
}

/** What to do about a request that ClickHouse does not store, for the person who runs this. */
export function adviceForRefused(error: InsertError): string {
  if (!error.isTooLarge) return 'Check who sent it';
  return (
    'Its rows, with a copy of the resource attributes in each, take more memory than an INSERT may have (max_memory_usage of the ' +
    'profile collector in config/clickhouse-users.xml): let its sender make smaller batches or shorter resource attributes'
  );
}
