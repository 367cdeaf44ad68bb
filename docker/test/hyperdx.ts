import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type ComposeStack, ROOT, until } from './compose.ts';

const CHROMIUM = '/usr/bin/chromium';

interface Named {
  readonly name: string;
  readonly id?: string;
  readonly _id?: string;
}

/** Opens Chromium, signs in through HyperDX's own page as the account that `just up` prints, and hands over the page. */
export async function withSignedIn(stack: ComposeStack, use: (page: Page, context: BrowserContext) => Promise<void>) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const context = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`http://localhost:${stack.ports.hyperdx}`);
    await page.locator('input[name=email]').fill('demo@snkrs.example');
    await page.locator('input[name=password]').fill('Sneaker-Drop-1');
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/search/);
    await use(page, context);
  } finally {
    await browser.close();
  }
}

/** What HyperDX's API lists, to whoever is signed in in `context`. */
export async function list(stack: ComposeStack, context: BrowserContext, path: string): Promise<Named[]> {
  const answer = await context.request.get(`http://localhost:${stack.ports.hyperdx}/api/${path}`);
  assert.equal(answer.status(), 200, path);
  // Each of these lists holds objects with names.
  return (await answer.json()) as Named[];
}

/** The names in the files of a directory of config/hyperdx, sorted. */
export function shippedNames(directory: string): string[] {
  const path = `${ROOT}/config/hyperdx/${directory}`;
  return readdirSync(path)
    .filter((file) => file.endsWith('.json'))
    .map((file) => (JSON.parse(readFileSync(`${path}/${file}`, 'utf8')) as Named).name)
    .sort();
}

/** Waits until every tile of a dashboard has drawn something; fails with the tiles that say otherwise. */
export async function assertDraws(stack: ComposeStack, page: Page, dashboard: Named): Promise<void> {
  await page.goto(`http://localhost:${stack.ports.hyperdx}/dashboards/${dashboard.id ?? dashboard._id}`);
  await page.getByText(dashboard.name).first().waitFor();
  // Not a plain "Loading...", which a table keeps below its last row for the rows to come.
  const loading = page.getByText(/^Loading Chart Data/);
  await loading.first().waitFor();
  // Tiles ask for their data while they are in sight: down to the last one and up again, until none is left out.
  let steps = 0;
  await until(`${dashboard.name}: all tiles loaded`, 180, async () => {
    await page.mouse.move(800, 600);
    await page.mouse.wheel(0, steps++ % 12 < 6 ? 700 : -700);
    return (await loading.count()) === 0 || undefined;
  });
  const wrong = page.getByText(/Error loading chart|error executing|failed to|invalid/i);
  assert.deepEqual(await wrong.allInnerTexts(), [], dashboard.name);
  // A short drop need not have had what a tile counts, such as a timeout of one pool: that is no failure of the stack.
  const empty = await page.getByText(/^No data/i).count();
  console.log(`dashboard ${dashboard.name}: drawn, ${empty} tiles without data`);
}
