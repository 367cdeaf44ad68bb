import type { Attributes, SpanKind } from '@opentelemetry/api';
import type { LogNormal } from '../../simulation/distributions.ts';
import type { BackendName } from '../backends.ts';
import type { FailureName } from '../failures.ts';
import type { ServiceName } from '../services.ts';

/** What an operation costs, how it fails and what its span says: a row of the operation table. */
export interface Operation {
  /** Whose span it is. */
  readonly service: ServiceName;
  /** The span's name. */
  readonly span: string;
  readonly kind: SpanKind;
  /** Its own time in milliseconds on an idle backend, without waiting for a slot and without the operations inside. */
  readonly latency: LogNormal;
  /** Whose slot it holds for that time. */
  readonly backend: BackendName;
  /** Failures that no state of the simulation decides. */
  readonly errors?: readonly ErrorOdds[];
  /** The same on every span of it. */
  readonly attributes: Attributes;
  /** The caller's span, for an operation that one service asks another for. */
  readonly client?: { readonly span: string; readonly attributes: Attributes };
  /** The duration histogram it counts in, and the attributes that tell it apart there. */
  readonly measured?: { readonly as: 'http' | 'rpc' | 'db'; readonly by: Attributes };
}

/** A failure by chance. */
export interface ErrorOdds {
  readonly failure: FailureName;
  /** From 0 to 1. */
  readonly odds: number;
  /** Time it takes to fail, where that differs from the operation's. */
  readonly latency?: LogNormal;
}
