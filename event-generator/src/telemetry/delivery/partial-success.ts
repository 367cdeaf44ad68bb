import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';

/** A collector's word that it took an export only in part. */
export interface PartialSuccess {
  /** Items it will never store. */
  readonly rejected: number;
  readonly message: string;
}

/** The SDK's own voice, listened to. */
export interface Diagnostics {
  /** The partial success reported since the last call, if any. */
  takePartialSuccess(): PartialSuccess | undefined;
}

const PARTIAL_SUCCESS = 'Received Partial Success response:';

/**
 * Becomes the SDK's diagnostic logger. The OTLP exporters report a partial success nowhere else: they log it, and in the
 * same turn, before anything else can run, call back with success. So whoever asks from that callback gets the answer
 * to the very export that ended. All else the SDK says goes to `report`, each sentence once.
 */
export function listenToDiagnostics(report: (line: string) => void): Diagnostics {
  let latest: PartialSuccess | undefined;
  const said = new Set<string>();
  const say = (message: string, ...details: unknown[]) => {
    if (message === PARTIAL_SUCCESS) {
      latest = parsePartialSuccess(String(details[0]));
      return;
    }
    if (said.has(message) || said.size >= 100) return;
    said.add(message);
    report(`OpenTelemetry SDK: ${[message, ...details].map(describe).join(' ')}`);
  };
  const logger: DiagLogger = { error: say, warn: say, info: () => {}, debug: () => {}, verbose: () => {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return {
    takePartialSuccess: () => {
      const taken = latest;
      latest = undefined;
      return taken;
    },
  };
}

/** The exporters print the message as JSON: `{"rejectedSpans":3,"errorMessage":"…"}`, the count named by signal. */
function parsePartialSuccess(json: string): PartialSuccess {
  const fields = JSON.parse(json) as Record<string, unknown>; // JSON text of an object, by the exporters' own hand
  const rejected = Number(fields.rejectedSpans ?? fields.rejectedLogRecords ?? fields.rejectedDataPoints ?? 0);
  return { rejected: Number.isSafeInteger(rejected) ? rejected : 0, message: String(fields.errorMessage ?? '') };
}

function describe(detail: unknown): string {
  return detail instanceof Error ? detail.message : String(detail);
}
