import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from './catalogue.ts';
import { picturesOfDocs, queriesOfDocs } from './docs.ts';

test('docs/incidents.md has every kind of incident, with its picture and a query of the last minutes that finds it', () => {
  const docs = queriesOfDocs();
  const kinds = catalogue().map(({ kind }) => kind);
  assert.deepEqual([...docs.keys()].sort(), kinds);
  assert.deepEqual(picturesOfDocs().sort(), kinds);
  for (const [kind, queries] of docs) {
    assert.ok(queries.length > 0, kind);
    for (const query of queries) assert.match(query, /> now\(\) - INTERVAL 5 MINUTE/, kind);
  }
});
