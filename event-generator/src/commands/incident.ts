import { readControlClientConfig, wantsColour } from '../config.ts';
import { incidentsSchema, MAX_INCIDENT_SECONDS, statusSchema, steerAnswerSchema } from '../control/schemas.ts';
import { parseDuration } from '../exam/instant.ts';
import { createPalette } from '../terminal/palette.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { askControl } from './control/ask-control.ts';
import { renderIncidents, renderStart, renderStop } from './control/render-incidents.ts';

const USAGE = 'incident list [--json], incident start NAME [--for 2m], or incident stop [NAME]';

type Wanted =
  | { readonly do: 'list'; readonly json: boolean }
  | { readonly do: 'start'; readonly kind: string; readonly seconds: number | undefined }
  | { readonly do: 'stop'; readonly which: string };

/** Lists the incidents there are, starts one in the running drop, or stops those that are on. */
async function incident({ words, clock, signal }: CommandContext): Promise<number> {
  const wanted = readWords(words);
  const config = readControlClientConfig();
  const paint = createPalette(wantsColour(process.stdout.isTTY));
  const print = (lines: readonly string[]) => {
    for (const line of lines) console.log(line);
  };
  if (wanted.do === 'list') {
    const incidents = await askControl(config, { path: '/incidents', schema: incidentsSchema }, signal);
    print(wanted.json ? [JSON.stringify(incidents, null, 2)] : renderIncidents(incidents, paint));
    return 0;
  }
  const body =
    wanted.do === 'start' ? { start: { kind: wanted.kind, seconds: wanted.seconds } } : { stop: wanted.which };
  const answer = await askControl(config, { path: '/incidents', body, schema: steerAnswerSchema }, signal);
  if ('stopped' in answer) print(renderStop(answer.stopped, clock.now()));
  else
    print(
      renderStart(answer.started, await askControl(config, { path: '/status', schema: statusSchema }, signal), paint),
    );
  return 0;
}

function readWords(words: readonly string[]): Wanted {
  const [verb, ...rest] = words;
  const [name, flag, length, ...more] = rest;
  if (verb === 'list' && (rest.length === 0 || (rest.length === 1 && name === '--json')))
    return { do: 'list', json: name === '--json' };
  if (verb === 'stop' && rest.length <= 1 && !name?.startsWith('-')) return { do: 'stop', which: name ?? 'all' };
  if (verb !== 'start' || name === undefined || name.startsWith('-') || more.length > 0)
    throw new UsageError(`${['incident', ...words].join(' ')}: expected ${USAGE}.`);
  if (flag === undefined) return { do: 'start', kind: name, seconds: undefined };
  const seconds = (parseDuration(length ?? '') ?? 0) / 1000;
  if (flag === '--for' && seconds > 0 && seconds <= MAX_INCIDENT_SECONDS) return { do: 'start', kind: name, seconds };
  throw new UsageError(
    `${['incident', ...words].join(' ')}: expected a time such as --for 90s or --for 2m, at most 24h.`,
  );
}

await runCommand(incident);
