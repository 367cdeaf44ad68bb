import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Hyperdx, startHyperdx } from '../src/hyperdx/gateway.ts';
import { launchBrowser, noBrowser, openPage } from './browser.ts';
import { OPEN_GATES, startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { insertRows } from './hyperdx/rows.ts';

describe('HyperDX in a browser', { skip: noBrowser, timeout: 240_000 }, () => {
  let clickhouse: TestClickHouse;
  let hyperdx: Hyperdx;
  let browser: Browser;
  // One visitor walks through the tests in one tab: the application's code takes seconds of a processor each time it is loaded.
  let page: Page;
  let complaints: readonly string[];

  before(async () => {
    [clickhouse, browser] = await Promise.all([startTestClickHouse(), launchBrowser()]);
    await insertRows(clickhouse.admin);
    const visitor = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
    hyperdx = await startHyperdx({
      host: '127.0.0.1',
      port: 0,
      clickhouseUrl: clickhouse.url,
      hyperdxPassword: clickhouse.hyperdxPassword,
      ...OPEN_GATES,
    });
    ({ page, complaints } = await openPage(visitor, hyperdx.url));
  });

  after(async () => {
    await browser?.close();
    await hyperdx?.stop();
    await clickhouse?.stop();
  });

  test('a first visitor sees live spans without a click, then a trace over its services and its logs', async () => {
    await page.goto(hyperdx.url);
    await row(page, 'stripe.charge').first().waitFor();
    assert.equal(await page.getByTestId('source-selector').inputValue(), 'Traces');
    assert.equal(await page.getByTestId('time-picker-input').inputValue(), 'Live Tail');

    await clickhouse.admin.command({
      query: `INSERT INTO otel.otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode)
        VALUES (now64(9), repeat('b', 32), repeat('b', 16), 'just now', 'Server', 'api-gateway', 1, 'Unset')`,
    });
    await row(page, 'just now').first().waitFor();

    await row(page, 'stripe.charge').first().click();
    for (const line of [
      'api-gateway | POST /v1/checkout',
      'auth-service | validate_request',
      'inventory-service | reserve_pair',
      'payment-service | stripe.charge',
      'api-gateway | Checkout begun',
    ]) {
      await page.getByText(line, { exact: true }).first().waitFor();
    }
    await page.getByText(/^10 spans, 2 logs/).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('logs are a click away, and lead to their trace', async () => {
    await page.keyboard.press('Escape');
    await page.getByTestId('source-selector').click();
    await page.getByRole('option', { name: 'Logs', exact: true }).click();
    await row(page, 'Charge failed').first().click();
    await page
      .getByRole('tab', { name: 'Trace' })
      .or(page.getByText('Trace', { exact: true }))
      .first()
      .click();
    await page.getByText('inventory-service | reserve_pair', { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a saved search opens from the side bar, and Search without one starts afresh', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Failed spans' }).click();
    await page.waitForURL(/where=StatusCode/);
    await row(page, 'validate_request').first().waitFor({ state: 'detached' });
    await page.getByText('Request to Stripe timed out').first().waitFor();
    assert.equal(await row(page, 'validate_request').count(), 0);
    await page.getByRole('link', { name: 'Search', exact: true }).click();
    await row(page, 'validate_request').first().waitFor();
    assert.deepEqual(complaints, []);
  });

  test('the service map shows the services', async () => {
    await page.getByRole('link', { name: 'Service Map' }).click();
    for (const service of ['api-gateway', 'auth-service', 'inventory-service', 'payment-service']) {
      await page.getByTestId('service-map-page').getByText(service, { exact: true }).waitFor();
    }
    assert.deepEqual(complaints, []);
  });

  test('of two pages that send the same, only its own page’s query arrives at ClickHouse', async () => {
    const other = createServer((_, response) => void response.end('a page of another origin'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const send = (sql: string) =>
      page.evaluate(
        `fetch('${hyperdx.url}/query', { method: 'POST', mode: 'no-cors', body: "${sql}" }).then(() => 'answered', ({ message }) => message)`,
      );
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    assert.equal(await send("SELECT 'sent by a foreign page'"), 'Failed to fetch');
    await page.goto(`${hyperdx.url}/nowhere`);
    assert.equal(await send("SELECT 'sent by its own page'"), 'answered');
    await page.close();
    other.close();

    await clickhouse.admin.command({ query: 'SYSTEM FLUSH LOGS' });
    const arrived = await clickhouse.admin.query({
      query: "SELECT DISTINCT query FROM system.query_log WHERE user = 'hyperdx' AND query LIKE '%sent by%'",
      format: 'JSONEachRow',
    });
    assert.deepEqual(await arrived.json(), [{ query: "SELECT 'sent by its own page'" }]);
  });
});

/** The table's rows have lost their role to their layout. */
function row(page: Page, text: string): Locator {
  return page.locator('tr', { hasText: text });
}
