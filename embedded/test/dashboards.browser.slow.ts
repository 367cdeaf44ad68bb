import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { readContent } from '../src/hyperdx/shipped-content.ts';
import { launchBrowser, noBrowser, openPage, type WatchedPage } from './browser.ts';
import { expectTilesDrawn, shippedDashboards, shippedSavedSearches } from './dashboards.ts';
import { expectFinds } from './saved-searches.ts';
import { SHORT_DROP, type Stack, startStack } from './stack.ts';
import { type TemporaryDirectory, temporaryDirectory } from './stored.ts';

/** All of a dashboard's queries, on a busy machine. */
const PATIENCE_MS = 45_000;

/** The dashboards and saved searches as whoever typed `npm start` sees them, after a short drop. */
describe('what is shipped for HyperDX', { skip: noBrowser, timeout: 400_000 }, () => {
  let directory: TemporaryDirectory;
  let stack: Stack;
  let browser: Browser;
  let watched: WatchedPage;
  let origin: string;

  before(async () => {
    directory = await temporaryDirectory();
    stack = await startStack(directory.path, {
      ...SHORT_DROP,
      DROP_LIVE_SECONDS: '5',
      METRICS_INTERVAL_SECONDS: '1',
      // Quiet after the drop, so that the pages have the processor.
      POST_DROP_SECONDS: '90',
      POST_DROP_WORKERS: '1',
    });
    origin = `http://localhost:${stack.ports.HYPERDX_PORT}`;
    await stack.printed('▶ POST_DROP');
    browser = await launchBrowser();
    const visitor = await browser.newContext({ viewport: { width: 1440, height: 2400 } });
    watched = await openPage(visitor, origin);
    await sleep(3_000); // Metrics of the drop's end, and their way into the tables.
    await watched.page.goto(`${origin}/clickstack/dashboards/list`);
  });
  after(async () => {
    await browser?.close();
    await stack?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  for (const dashboard of shippedDashboards()) {
    test(`every tile of ${dashboard.name} draws`, async () => {
      await watched.page.getByRole('link', { name: dashboard.name, exact: true }).first().click();
      await expectTilesDrawn(watched.page, dashboard, PATIENCE_MS);
    });
  }

  for (const search of shippedSavedSearches()) {
    test(`the saved search ${search.name} finds rows of its own kind`, async () => {
      await expectFinds(watched.page, search, PATIENCE_MS);
    });
  }

  test('the other pages open without an error', async () => {
    for (const [path, text] of [
      ['chart', 'Sample Matched Events'],
      ['dashboards/list', 'Preset Dashboards'],
      ['search/list', 'Slow checkouts'],
      ['services', 'Request Throughput'],
      ['kubernetes', 'CPU Usage'],
      ['sessions', 'Set up session replays'],
    ] as const) {
      await watched.page.goto(`${origin}/clickstack/${path}`);
      await watched.page.getByText(text).first().waitFor();
      await watched.page.waitForLoadState('networkidle');
    }
  });

  test('a saved search opened from the service map is that search, not every span', async () => {
    const { page } = watched;
    await page.goto(`${origin}/clickstack/service-map`);
    await page.waitForURL(/service-map\?.*source=/);
    await page.getByTestId('service-map-page').getByText('payment-service', { exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.getByRole('link', { name: 'Failed spans', exact: true }).click();
    await page.waitForURL(/failed-spans\?.*where=StatusCode/);
  });

  test('looking at them is no error, and makes none of them the user’s own', async () => {
    assert.deepEqual(watched.complaints, []);
    const stored = await watched.page.evaluate("localStorage.getItem('hdx-local-dashboards')");
    assert.deepEqual(JSON.parse(String(stored)), JSON.parse(JSON.stringify(readContent().dashboards)));
  });
});
