import { z } from 'zod';
import { collectorOptionsSchema } from './options.ts';

/** What the supervisor sends to the collector's process, once. */
export const startMessageSchema = z.object({ type: z.literal('start'), options: collectorOptionsSchema });

/** What the collector's process answers: it receives on these ports, or it can't and exits. */
export type CollectorMessage =
  | { readonly type: 'ready'; readonly grpcPort: number; readonly httpPort: number }
  | { readonly type: 'failed'; readonly message: string };
