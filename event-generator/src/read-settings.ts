import type { Setting } from './setting.ts';

/** What an environment says of a table of settings, defaults filled in. */
export interface GivenSettings {
  /** Each as its schema made it. */
  readonly values: Record<string, unknown>;
  /** Each as text, for the record; secrets only by name. */
  readonly inForce: Record<string, string>;
  /** One line for each setting that cannot be used. */
  readonly problems: string[];
}

/** Headers carry keys. */
const IS_SECRET = /(PASSWORD|TOKEN|HEADERS)$/;

/** Reads a table of settings; an empty variable is as good as none. `fresh` comes before a setting's default. */
export function readSettings(
  settings: Readonly<Record<string, Setting>>,
  environment: NodeJS.ProcessEnv,
  fresh: Partial<Record<string, string>> = {},
): GivenSettings {
  const read: GivenSettings = { values: {}, inForce: {}, problems: [] };
  for (const [name, setting] of Object.entries(settings)) {
    const given = environment[name]?.trim() || (fresh[name] ?? setting.default);
    if (given === undefined) continue;
    const parsed = setting.schema.safeParse(given);
    if (parsed.success) read.values[name] = parsed.data;
    else read.problems.push(`${name}="${shown(name, given)}": expected ${setting.expected}${example(setting)}.`);
    read.inForce[name] = IS_SECRET.test(name) ? '(set)' : given;
  }
  return read;
}

/** Passwords end up in no terminal and no log, nor does one that was written into an address. */
function shown(name: string, value: string): string {
  return IS_SECRET.test(name) ? '…' : value.replace(/\/\/[^/]*@/, '//…@');
}

function example(setting: Setting): string {
  return setting.default === undefined ? '' : `; leave it unset for ${setting.default}`;
}
