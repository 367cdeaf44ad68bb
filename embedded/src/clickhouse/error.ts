/** What keeps the embedded ClickHouse from starting, or ended it: one line, with what to do. */
export class ClickHouseError extends Error {
  override readonly name = 'ClickHouseError';
}
