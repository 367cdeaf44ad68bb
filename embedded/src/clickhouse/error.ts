/** What keeps the embedded ClickHouse from starting, or ended it: one line, with what to do. */
export class ClickHouseError extends Error {
  override readonly name = 'ClickHouseError';
}

/** A port that was found free for the server's own use had another owner by the time it was asked for. */
export class InnerPortTakenError extends ClickHouseError {
  readonly isInnerPort = true;
}
