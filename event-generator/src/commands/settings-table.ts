import type { Setting } from '../setting.ts';
import { CLICKHOUSE_SETTINGS, CONTROL_CLIENT_SETTINGS, SETTINGS } from '../settings.ts';

// Prints the event-generator's settings, then those of its commands, as the rows of the README's tables.
for (const settings of [SETTINGS, CLICKHOUSE_SETTINGS, CONTROL_CLIENT_SETTINGS]) {
  for (const [name, setting] of Object.entries<Setting>(settings)) {
    const fallback = setting.default === undefined ? setting.defaultNote : `\`${setting.default}\``;
    console.log(`| \`${name}\` | ${fallback} | ${setting.description} |`);
  }
}
