import { z } from 'zod';
import { readControlClientConfig } from '../../config.ts';
import { askControl, ControlAnswerError } from '../control/ask-control.ts';

/** Ends an exam's incident, where it has not ended by itself or with its run. */
export async function stopIncident(kind: string, signal: AbortSignal): Promise<void> {
  try {
    await askControl(
      readControlClientConfig(),
      { path: '/incidents', body: { stop: kind }, schema: z.unknown() },
      signal,
    );
  } catch (error) {
    if (!(error instanceof ControlAnswerError)) throw error;
  }
}
