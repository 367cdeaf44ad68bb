/** The text is not OTLP/JSON of the signal it was sent as. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}
