/** How much of a port one exchange, and all of them together, may take. */
export interface PortLimits {
  /** Of one request, unpacked. */
  readonly maxRequestBytes: number;
  /** How long a request may take to arrive. */
  readonly requestMillis: number;
  /** At a time; further ones are turned away. */
  readonly maxConnections: number;
}
