import { z } from 'zod';

const port = z.int().min(0).max(65535);

/** What a collector is told; there are no defaults here (embedded/src/config.ts has them). */
export const collectorOptionsSchema = z.object({
  /** Address to listen on. */
  host: z.string().min(1),
  /** OTLP/gRPC; 0 lets the system choose. */
  grpcPort: port,
  /** OTLP/HTTP; 0 lets the system choose. */
  httpPort: port,
  /** ClickHouse's HTTP interface. */
  clickhouseUrl: z.url({ protocol: /^https?$/ }),
  /** Names besides this machine's own under which web pages may send, in lower case. */
  allowedHosts: z.array(z.string()).readonly(),
  clickhouseUser: z.string().min(1),
  clickhousePassword: z.string(),
  /** Where acknowledged telemetry waits for ClickHouse. Only one collector at a time may use it. */
  spoolDirectory: z.string().min(1),
  /** Where requests are kept that ClickHouse can't read. */
  quarantineDirectory: z.string().min(1),
  /** The spool's bound; at it, senders are told to retry later. */
  spoolMaxBytes: z.int().positive(),
  /** Of each of the two OTLP ports. */
  limits: z.object({
    maxRequestBytes: z.int().positive(),
    requestMillis: z.int().positive(),
    maxConnections: z.int().positive(),
  }),
});

/** See {@link collectorOptionsSchema}. */
export type CollectorOptions = Readonly<z.infer<typeof collectorOptionsSchema>>;
