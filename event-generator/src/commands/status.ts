import { readControlClientConfig, wantsColour } from '../config.ts';
import { ledgerSchema, statusSchema } from '../control/schemas.ts';
import { createPalette } from '../terminal/palette.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { askControl } from './control/ask-control.ts';
import { renderLedger, renderMoment } from './control/render-status.ts';

/** Shows how the running drop fares, and what became of its telemetry. */
async function status({ words, signal }: CommandContext): Promise<number> {
  const json = words.length === 1 && words[0] === '--json';
  if (words.length > 0 && !json) throw new UsageError(`status ${words.join(' ')}: expected nothing, or --json.`);
  const config = readControlClientConfig();
  const moment = await askControl(config, { path: '/status', schema: statusSchema }, signal);
  const ledger = await askControl(config, { path: '/ledger', schema: ledgerSchema }, signal);
  if (json) {
    console.log(JSON.stringify({ ...moment, ledger }, null, 2));
    return 0;
  }
  const paint = createPalette(wantsColour(process.stdout.isTTY));
  for (const line of [...renderMoment(moment, paint), '', ...renderLedger(ledger)]) console.log(line);
  return 0;
}

await runCommand(status);
