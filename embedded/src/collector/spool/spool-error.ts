/** The spool's directory can't be used. */
export class SpoolOpenError extends Error {
  override readonly name = 'SpoolOpenError';
}

/** The spool holds as much as it may. Nothing of the request was kept; the client should try again later. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError';
}

/** The disk did not take the request. Nothing of it counts as kept; the client should try again later. */
export class SpoolWriteError extends Error {
  override readonly name = 'SpoolWriteError';
}
