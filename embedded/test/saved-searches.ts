import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** What a saved search shows: its columns after the time, and the form of each row's cells in them. */
interface Shown {
  readonly columns: readonly string[];
  readonly cells: readonly RegExp[];
}

const SERVICE = /^[a-z]+-(service|gateway|detection)$/;
/** Types of the errors that are somebody's fault, not an answer such as "sold out". */
const FAULT = /^(pool_timeout|overloaded|timeout|429|410|ProvisionedThroughputExceededException)$/;
const SENTENCE = /^[A-Z]\S* \S+ .+/;
const SHOPPER = /^usr_\w+$/;
const NUMBER = /^\d+$/;
const ONE_OR_MORE = /^[1-9]\d*$/;

/** By the saved search's id. */
const SHOWN: Readonly<Record<string, Shown>> = {
  bots: {
    columns: ['SpanName', 'shopper', 'address', 'user_agent', 'status'],
    cells: [/^POST \/v1\/(checkout|draw\/enter)$/, SHOPPER, /^203\.0\.113\.\d+$/, /\S/, /^403$/],
  },
  'errors-in-logs': {
    columns: ['ServiceName', 'error', 'Body'],
    cells: [SERVICE, FAULT, /^[a-z]\S+.*: [A-Z].+/],
  },
  'failed-spans': {
    columns: ['ServiceName', 'SpanName', 'StatusMessage', 'ms'],
    cells: [SERVICE, /\S/, SENTENCE, NUMBER],
  },
  'kafka-batches': {
    columns: ['ServiceName', 'SpanName', 'messages', 'linked', 'ms'],
    cells: [
      SERVICE,
      /^process (draw_entries|draw_winners|draw_losers|order_created)$/,
      ONE_OR_MORE,
      ONE_OR_MORE,
      NUMBER,
    ],
  },
  orders: {
    columns: ['Body', 'order_id'],
    cells: [/^Order ord_\w+: .+ in US [\d.]+$/, /^ord_\w+$/],
  },
  'payments-lost': {
    columns: ['SpanName', 'error', 'StatusMessage', 'ms'],
    cells: [/^(snkrs\.v1\.PaymentService\/ProcessPayment|stripe\.charge)$/, /\S/, SENTENCE, NUMBER],
  },
  'pool-timeouts': {
    columns: ['ServiceName', 'pool', 'in_line', 'ms'],
    cells: [SERVICE, /^[a-z]+(-[a-z]+)?$/, NUMBER, ONE_OR_MORE],
  },
  'slow-checkouts': {
    columns: ['ServiceName', 'SpanName', 'status', 'ms'],
    cells: [/^api-gateway$/, /^POST \/v1\/checkout$/, /^\d{3}$/, /^([5-9]\d\d|\d{4,})$/],
  },
  'sold-out': {
    columns: ['SpanName', 'shopper', 'status', 'ms'],
    cells: [/^POST \/v1\/checkout$/, SHOPPER, /^410$/, NUMBER],
  },
};

/**
 * Opens a saved search from the side bar and waits until the page shows it and nothing of what was there before: its path, its columns,
 * and at least one row, each of them of its kind.
 *
 * @throws {AssertionError} with what is shown instead when `timeout` (ms) is over.
 */
export async function expectFinds(
  page: Page,
  { id, name }: { id: string; name: string },
  timeout: number,
): Promise<void> {
  const shown = SHOWN[id];
  assert.ok(shown, `${id} is not in the table of what saved searches show`);
  await page.getByRole('link', { name, exact: true }).first().click();
  await page.waitForURL((url) => url.pathname.endsWith(`/search/${id}`), { timeout });

  const deadline = Date.now() + timeout;
  for (;;) {
    const [, ...columns] = (await page.locator('thead th').allInnerTexts()).filter((text) => text.trim() !== '');
    const rows = (await page.locator('tbody tr[data-index]').allInnerTexts()).map(cells);
    const others: string[][] = rows.filter((row) => !isOf(shown, row));
    if (columns.join() === shown.columns.join() && rows.length > 0 && others.length === 0) return;
    const instead: string = JSON.stringify({ columns, rows: rows.length, others: others.slice(0, 3) });
    assert.ok(Date.now() < deadline, `${name}: no rows, or not only its own: ${instead}`);
    await sleep(250);
  }
}

/** A row's cells after the time; before it is the button that unfolds the row. */
function cells(row: string): string[] {
  return row.split('\n').slice(2);
}

function isOf(shown: Shown, row: readonly string[]): boolean {
  return row.length === shown.cells.length && shown.cells.every((cell, i) => cell.test(row[i] ?? ''));
}
