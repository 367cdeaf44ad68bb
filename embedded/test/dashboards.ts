import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const CONTENT = join(import.meta.dirname, '../../config/hyperdx');

/** A file of config/hyperdx/dashboards, as far as a test looks at it. */
export interface ShippedDashboard {
  /** Its file's name, which is its id where HyperDX has no API. */
  readonly id: string;
  readonly name: string;
  readonly tiles: readonly {
    readonly id: string;
    readonly config: { readonly name: string; readonly displayType: DisplayType };
  }[];
}

type DisplayType = 'line' | 'stacked_bar' | 'number' | 'table' | 'pie' | 'heatmap' | 'search' | 'markdown';

/** What is there once a tile has drawn, in HyperDX 2.28 and 2.36. */
const DRAWN: Readonly<Record<DisplayType, string>> = {
  line: 'path.recharts-curve',
  stacked_bar: '.recharts-bar-rectangle path, .recharts-bar-rectangle rect',
  pie: '.recharts-pie-sector',
  heatmap: 'canvas',
  table: 'tbody tr td:not([colspan])',
  search: 'tbody tr td:not([colspan])',
  // The number and its unit alone: a title or an error may hold digits too.
  number: ':text-matches("^[$]?[0-9][0-9.,]*( s)?$")',
  markdown: 'p',
};

/** Every dashboard that is shipped. */
export function shippedDashboards(): ShippedDashboard[] {
  return readFolder<Omit<ShippedDashboard, 'id'>>('dashboards');
}

/** Every saved search that is shipped, by its name. */
export function shippedSavedSearches(): { readonly id: string; readonly name: string }[] {
  return readFolder<{ name: string }>('saved-searches');
}

/**
 * Waits until each tile of a dashboard that `page` has open shows something: a line, a bar, a row, a number. A tile that says "No data",
 * "No results" or that its query failed has not drawn. HyperDX 2.36 asks for a tile's data when it comes into sight, so each is
 * brought there.
 *
 * Needs telemetry of the last minute, and of a drop from its start to its sell-out in the time the dashboard shows. Tiles of SQL name
 * their connection by the id in config/hyperdx/connection.json: where HyperDX has an API, DEFAULT_CONNECTIONS must give it as `_id`.
 *
 * @throws {AssertionError} names every tile that has not drawn in time, and what it shows instead.
 */
export async function expectTilesDrawn(page: Page, { name, tiles }: ShippedDashboard, timeout = 30_000): Promise<void> {
  const blank: string[] = [];
  const deadline = Date.now() + timeout;
  for (const { id, config } of tiles) {
    const tile = page.getByTestId(`dashboard-tile-${id}`);
    await tile.waitFor({ state: 'attached', timeout: Math.max(1_000, deadline - Date.now()) });
    await tile.evaluate((element) => element.scrollIntoView());
    const wait = Math.max(1_000, deadline - Date.now());
    const hasDrawn = await drawnIn(tile, config.displayType)
      .waitFor({ state: 'attached', timeout: wait })
      .then(
        () => true,
        () => false,
      );
    if (!hasDrawn) blank.push(`"${config.name}" shows "${await tile.textContent()}"`);
  }
  assert.deepEqual(blank, [], `${name}: tiles that show no data`);
}

function drawnIn(tile: Locator, displayType: DisplayType): Locator {
  return tile.locator(DRAWN[displayType]).first();
}

function readFolder<T extends object>(folder: string): (T & { id: string })[] {
  const files = readdirSync(join(CONTENT, folder)).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => ({
    // What HyperDX expects of them, readContent checks.
    ...(JSON.parse(readFileSync(join(CONTENT, folder, file), 'utf8')) as T),
    id: basename(file, '.json'),
  }));
}
