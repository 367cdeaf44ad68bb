import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from './catalogue.ts';
import { queriesOfDocs } from './docs.ts';

test('docs/incidents.md has every kind of incident, with a query of the last minutes that finds it', () => {
  const docs = queriesOfDocs();
  assert.deepEqual(
    [...docs.keys()].sort(),
    catalogue().map(({ kind }) => kind),
  );
  for (const [kind, queries] of docs) {
    assert.ok(queries.length > 0, kind);
    for (const query of queries) assert.match(query, /> now\(\) - INTERVAL 5 MINUTE/, kind);
  }
});
