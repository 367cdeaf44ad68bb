import { SETTINGS } from '../config.ts';
import type { Setting } from '../setting.ts';

// Prints the event-generator's settings as the rows of the README's table.
for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
  const fallback = setting.default === undefined ? setting.defaultNote : `\`${setting.default}\``;
  console.log(`| \`${name}\` | ${fallback} | ${setting.description} |`);
}
