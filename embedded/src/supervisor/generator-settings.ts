import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

const command = join(import.meta.dirname, '../../../event-generator/src/commands/check-settings.ts');

/** Where the event-generator's control API listens; port 0: nowhere. */
export interface ControlAddress {
  readonly host: string;
  readonly port: number;
}

/** What the event-generator makes of its settings before it is started: what is wrong with them, a line each, or what matters here. */
export interface GeneratorSettings {
  readonly problems: readonly string[];
  readonly control: ControlAddress;
}

const NO_CONTROL: ControlAddress = { host: '', port: 0 };

const settingsSchema = z.object({ control: z.object({ host: z.string(), port: z.int() }) });

/** Asks the event-generator, in this process's environment. */
export function readGeneratorSettings(): Promise<GeneratorSettings> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command], (error, stdout, stderr) => {
      if (error === null) resolve({ problems: [], ...settingsSchema.parse(JSON.parse(stdout)) });
      else resolve({ problems: stderr.split('\n').filter((line) => line.trim() !== ''), control: NO_CONTROL });
    });
  });
}
