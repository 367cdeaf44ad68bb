import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem.ts';

/** The body of a request as JSON. Throws a {@link ProblemError} where it is none, or longer than `maxBytes`. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Left open, so that the refusal can be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ProblemError(
        413,
        `The body is larger than ${maxBytes} bytes, which CONTROL_MAX_REQUEST_BYTES allows.`,
        {
          Connection: 'close',
        },
      );
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError(
      400,
      `The body is no JSON (${JSON.stringify(text.slice(0, 40))}): expected such as {"load": 3}.`,
    );
  }
}
