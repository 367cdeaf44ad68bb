/** The collector took a batch, or most of it. */
export interface ExportAcceptance {
  readonly kind: 'accepted';
  /** Items it will never store, by its partial-success answer; 0 for all accepted. */
  readonly rejected: number;
  /** Why, or a warning where none was rejected. */
  readonly message: string;
}

/** An attempt that stored nothing, as far as anyone knows. */
export interface ExportFailure {
  readonly kind: 'failed';
  /** The gRPC status code; undefined for an error of the client's own. */
  readonly code: number | undefined;
  readonly message: string;
  /** How long the collector asks to be left alone: google.rpc.RetryInfo. */
  readonly retryAfterMs: number | undefined;
}

/** What one attempt to export a batch came to. */
export type ExportOutcome = ExportAcceptance | ExportFailure;

/** Exports one batch, once. Never rejects. The same batch gives the same bytes each time. */
export type Send<Batch> = (batch: Batch) => Promise<ExportOutcome>;
