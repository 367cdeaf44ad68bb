import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { type PageStorage, seedPage } from './seed-page.ts';

const KEY = 'hdx-local-dashboards';
const v1 = { id: 'drop', name: 'Drop', tiles: [1] };
const v2 = { id: 'drop', name: 'Drop', tiles: [1, 2] };

test('a first visit gets what is shipped, and the defaults', () => {
  const browser = createBrowser();
  seedPage(browser, [{ key: KEY, items: [v1] }], { language: '"sql"' });
  assert.deepEqual(browser.dashboards(), [v1]);
  assert.equal(browser.getItem('language'), '"sql"');
});

test('what the user made and chose is left alone', () => {
  const mine = { id: '0123', name: 'Mine' };
  const browser = createBrowser({ [KEY]: JSON.stringify([mine]), language: '"lucene"' });
  seedPage(browser, [{ key: KEY, items: [v1] }], { language: '"sql"' });
  assert.deepEqual(browser.dashboards(), [mine, v1]);
  assert.equal(browser.getItem('language'), '"lucene"');
});

test('an item follows its file while the user has not edited it, in its place in the list', () => {
  const browser = createBrowser();
  seedPage(browser, [{ key: KEY, items: [v1] }], {});
  browser.change((items) => [...items, { id: '0123', name: 'Mine' }]);
  seedPage(browser, [{ key: KEY, items: [v2] }], {});
  assert.deepEqual(browser.dashboards(), [v2, { id: '0123', name: 'Mine' }]);
});

test('an edited item is the user’s own, also when its file changes or goes', () => {
  const edited = { ...v1, name: 'My drop' };
  const browser = createBrowser();
  seedPage(browser, [{ key: KEY, items: [v1] }], {});
  browser.change(() => [edited]);
  seedPage(browser, [{ key: KEY, items: [v2] }], {});
  assert.deepEqual(browser.dashboards(), [edited]);
  seedPage(browser, [{ key: KEY, items: [] }], {});
  assert.deepEqual(browser.dashboards(), [edited]);
});

test('a deleted item stays deleted, and comes back in no later version', () => {
  const browser = createBrowser();
  seedPage(browser, [{ key: KEY, items: [v1] }], {});
  browser.change(() => []);
  seedPage(browser, [{ key: KEY, items: [v1] }], {});
  seedPage(browser, [{ key: KEY, items: [v2] }], {});
  assert.deepEqual(browser.dashboards(), []);
});

test('an item whose file is gone goes too', () => {
  const browser = createBrowser();
  seedPage(browser, [{ key: KEY, items: [v1, { id: 'old' }] }], {});
  seedPage(browser, [{ key: KEY, items: [v1] }], {});
  assert.deepEqual(browser.dashboards(), [v1]);
});

test('an item of the user’s that has a shipped id is not taken over', () => {
  const mine = { id: 'drop', name: 'Mine by chance' };
  const browser = createBrowser({ [KEY]: JSON.stringify([mine]) });
  seedPage(browser, [{ key: KEY, items: [v1] }], {});
  seedPage(browser, [{ key: KEY, items: [v2] }], {});
  assert.deepEqual(browser.dashboards(), [mine]);
});

test('sources are left to the page until the user edits one; the others then still follow their file', () => {
  const logs = { id: 'logs', table: 'a' };
  const browser = createBrowser();
  const list = (...items: { id: string }[]) => [{ key: KEY, items, optional: true }];
  seedPage(browser, list(v1, logs), {});
  assert.equal(browser.getItem(KEY), null);
  browser.setItem(KEY, JSON.stringify([{ ...v1, name: 'edited' }, logs]));
  const newLogs = { id: 'logs', table: 'b' };
  seedPage(browser, list(v2, newLogs), {});
  assert.deepEqual(browser.dashboards(), [
    { ...v1, name: 'edited' },
    { id: 'logs', table: 'b' },
  ]);
});

test('a list that is no list is not touched', () => {
  for (const broken of ['{', '"text"', '{"a":1}']) {
    const browser = createBrowser({ [KEY]: broken });
    seedPage(browser, [{ key: KEY, items: [v1] }], {});
    assert.equal(browser.getItem(KEY), broken);
  }
});

test('it works as the text that is sent to the browser', () => {
  const browser = createBrowser();
  runInNewContext(`(${seedPage})(localStorage, ${JSON.stringify([{ key: KEY, items: [v1] }])}, {})`, {
    localStorage: browser,
  });
  assert.deepEqual(browser.dashboards(), [v1]);
});

function createBrowser(initial: Record<string, string> = {}) {
  const values = new Map(Object.entries(initial));
  const storage: PageStorage = {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
  };
  const dashboards = (): unknown => JSON.parse(storage.getItem(KEY) ?? 'null');
  return {
    ...storage,
    dashboards,
    change: (edit: (items: unknown[]) => unknown[]) => {
      const items = dashboards();
      assert.ok(Array.isArray(items));
      storage.setItem(KEY, JSON.stringify(edit(items)));
    },
  };
}
