import { readControlClientConfig, wantsColour } from '../config.ts';
import { loadSchema, statusSchema } from '../control/schemas.ts';
import { MAX_LOAD } from '../settings.ts';
import { createPalette } from '../terminal/palette.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { askControl } from './control/ask-control.ts';
import { renderMoment } from './control/render-status.ts';

/** The threads of a run say how many workers they have by now a moment later. */
const THREADS_TAKE_MS = 300;

/** Changes the load of a running drop, and shows what it is now. */
async function load({ words, clock, signal }: CommandContext): Promise<number> {
  const body = readWords(words);
  const config = readControlClientConfig();
  await askControl(config, { path: '/load', body, schema: statusSchema }, signal);
  await clock.sleep(THREADS_TAKE_MS, signal);
  const status = await askControl(config, { path: '/status', schema: statusSchema }, signal);
  for (const line of renderMoment(status, createPalette(wantsColour(process.stdout.isTTY)))) console.log(line);
  return 0;
}

function readWords(words: readonly string[]) {
  const [word = '', ...more] = words;
  const parsed = loadSchema.safeParse({ load: /^\d+(\.\d+)?$/.test(word) ? Number(word) : undefined });
  if (parsed.success && more.length === 0) return parsed.data;
  throw new UsageError(`${['load', ...words].join(' ')}: expected load N, N a number above 0, at most ${MAX_LOAD}.`);
}

await runCommand(load);
