import type { Schedule } from '../simulation/phase-machine.ts';
import type { IncidentOrder } from '../snkrs/incidents/occurrence.ts';
import type { Counts } from '../telemetry/ledger/counts.ts';
import type { DropEvent } from './drop-events.ts';
import type { ShardStatus } from './run-status.ts';
import type { Sighting } from './thread-watch.ts';

/** What the main thread tells a shard's thread. */
export type ToShard =
  | { readonly kind: 'start'; readonly schedule: Schedule }
  | { readonly kind: 'load'; readonly load: number }
  | { readonly kind: 'incident'; readonly order: IncidentOrder }
  /** The ledger on disk says what was counted when `sending` was asked for. */
  | { readonly kind: 'written'; readonly write: number }
  | { readonly kind: 'collector-back' }
  /** To the one shard that speaks for all. */
  | { readonly kind: 'collector-news'; readonly line: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'overdue' };

/** What a shard's thread tells the main thread. */
export type FromShard =
  /** Ready to start. */
  | { readonly kind: 'ready' }
  /** Sent when it has started, several times a second, and after each change of the load. */
  | { readonly kind: 'status'; readonly status: ShardStatus; readonly counts: Counts }
  /** An export waits until the ledger on disk says this. */
  | { readonly kind: 'sending'; readonly write: number; readonly counts: Counts }
  | { readonly kind: 'drop'; readonly event: DropEvent }
  | { readonly kind: 'collector'; readonly sighting: Sighting }
  | { readonly kind: 'report'; readonly line: string }
  /** All is delivered or given up. `failure`: what the simulation failed with, where it did. */
  | { readonly kind: 'over'; readonly counts: Counts; readonly failure: Error | undefined };
