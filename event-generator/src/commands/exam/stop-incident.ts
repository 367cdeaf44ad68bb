import { readControlClientConfig } from '../../config.ts';
import { steerAnswerSchema } from '../../control/schemas.ts';
import { askControl, ControlAnswerError } from '../control/ask-control.ts';

/** Ends an exam's incident, where it has not ended by itself or with its run. */
export async function stopIncident(id: string, signal: AbortSignal): Promise<void> {
  try {
    await askControl(
      readControlClientConfig(),
      { path: '/incidents', body: { stop: id }, schema: steerAnswerSchema },
      signal,
    );
  } catch (error) {
    if (!(error instanceof ControlAnswerError)) throw error;
  }
}
