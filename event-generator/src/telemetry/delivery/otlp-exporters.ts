import type { Request } from '../otlp/batch.ts';
import { createLogExporter, createMetricExporter, createSpanExporter } from '../otlp/exporters.ts';
import type { ExportFailure, ExportOutcome, Send } from './outcome.ts';
import type { Diagnostics } from './partial-success.ts';
import { parseRetryDelayMs } from './retry-info.ts';

/** The export calls of the three signals to one endpoint, over the official OTLP gRPC exporters. */
export interface OtlpExporters {
  readonly traces: Send<Request>;
  readonly logs: Send<Request>;
  readonly metrics: Send<Request>;
  /** Closes the connections once the calls under way have ended. */
  close(): Promise<void>;
}

/** Long, since a batch given up and sent again may be stored twice: slow is no reason, only silence is. */
const DEADLINE_MS = 60_000;

/** Makes one exporter a signal to `endpoint` (http:// or https://). */
export function createOtlpExporters(endpoint: string, userAgent: string, diagnostics: Diagnostics): OtlpExporters {
  const connections: { close(): Promise<void> }[] = [];
  const connect = (create: (config: ExporterConfig) => OtlpExporter): Send<Request> => {
    const connection = new Connection(endpoint, userAgent, create, diagnostics);
    connections.push(connection);
    return (request) => connection.send(request);
  };
  return {
    traces: connect(createSpanExporter),
    logs: connect(createLogExporter),
    metrics: connect(createMetricExporter),
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

interface ExporterConfig {
  readonly url: string;
  readonly timeoutMillis: number;
  readonly userAgent: string;
}

interface OtlpExporter {
  export(request: Request, done: (result: { code: number; error?: unknown }) => void): void;
  shutdown(): Promise<void>;
}

const UNAVAILABLE = 14;

/**
 * One exporter, replaced when calls find no server twice in a row or more. grpc-js makes a dead connection wait up to 2
 * minutes before it knocks again and fails every call meanwhile; when to try is for the retries here to decide.
 * Channels with equal options share that wait, so each connection carries its number in its user agent.
 */
class Connection {
  readonly #endpoint: string;
  readonly #userAgent: string;
  readonly #create: (config: ExporterConfig) => OtlpExporter;
  readonly #diagnostics: Diagnostics;
  #exporter: OtlpExporter;
  #number = 1;
  #unavailable = 0;

  constructor(
    endpoint: string,
    userAgent: string,
    create: (config: ExporterConfig) => OtlpExporter,
    diagnostics: Diagnostics,
  ) {
    this.#endpoint = endpoint;
    this.#userAgent = userAgent;
    this.#create = create;
    this.#diagnostics = diagnostics;
    this.#exporter = this.#open();
  }

  send(request: Request): Promise<ExportOutcome> {
    const exporter = this.#exporter;
    return new Promise((resolve) => {
      exporter.export(request, ({ code, error }) => {
        const partial = this.#diagnostics.takePartialSuccess();
        if (code === 0) {
          this.#unavailable = 0;
          resolve({ kind: 'accepted', rejected: partial?.rejected ?? 0, message: partial?.message ?? '' });
          return;
        }
        const failure = describeFailure(error);
        if (failure.code === UNAVAILABLE && ++this.#unavailable > 1) this.#replace(exporter);
        resolve(failure);
      });
    });
  }

  close(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #replace(failed: OtlpExporter): void {
    if (failed !== this.#exporter) return;
    this.#number++;
    this.#exporter = this.#open();
    void failed.shutdown();
  }

  #open(): OtlpExporter {
    return this.#create({
      url: this.#endpoint,
      timeoutMillis: DEADLINE_MS,
      userAgent: `${this.#userAgent} (connection ${this.#number})`,
    });
  }
}

/** grpc-js gives a ServiceError: `code`, `details`, and the trailers as `metadata`. */
function describeFailure(error: unknown): ExportFailure {
  const { code, details, metadata } = (error ?? {}) as {
    code?: unknown;
    details?: unknown;
    metadata?: { get(key: string): unknown[] };
  };
  const [statusDetails] = metadata?.get('grpc-status-details-bin') ?? [];
  return {
    kind: 'failed',
    code: typeof code === 'number' ? code : undefined,
    message: tidy(typeof details === 'string' ? details : error instanceof Error ? error.message : String(error)),
    retryAfterMs: statusDetails instanceof Uint8Array ? parseRetryDelayMs(statusDetails) : undefined,
  };
}

/** Leaves of grpc-js's "No connection established. Last error: Error: connect …. Resolution note: " what a person needs. */
function tidy(details: string): string {
  return details
    .replace(/^No connection established\. Last error: null\b/, 'no connection yet')
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.? Resolution note:.*$/s, '')
    .trim();
}
