import assert from 'node:assert/strict';
import type { CatalogueEntry } from './catalogue.ts';
import { askedOf, queriesOfDocs } from './docs.ts';
import type { Drops } from './drops.ts';

/** Seconds after the end of an incident until nothing is left of it. */
const RECOVERY_SECONDS = 20;

/** What is held against what: a run with an incident of a kind, and one without any. */
export interface Pair {
  readonly drops: Drops;
  readonly entry: CatalogueEntry;
  /** Run ids. */
  readonly troubled: string;
  readonly quiet: string;
}

/** How large the effect of an incident is. */
export interface Effect {
  /** So many times the normal, while and where it is on. */
  readonly inside: number;
  /** So many times the normal, elsewhere and afterwards, by the name of the place. */
  readonly outside: Readonly<Record<string, number>>;
  /** Failed spans while it is on, the loudest service first. */
  readonly failed: readonly { readonly service: string; readonly failed: string }[];
}

interface IncidentRow {
  readonly Id: string;
  readonly Kind: string;
  readonly Scope: Readonly<Record<string, string>>;
  readonly StartedAt: string;
  readonly EndedAt: string;
}

/** Shows that an incident has the effect it promises and no other: nothing at all before it, next to nothing elsewhere and afterwards. */
export async function proveEffect({ drops, entry, troubled, quiet }: Pair): Promise<Effect> {
  const incident = await incidentOf(drops, troubled, entry.kind);
  const window = { from: incident.StartedAt, to: incident.EndedAt };

  const foretold = Math.min(0, ...entry.events.map(({ atSeconds }) => atSeconds));
  const until = shifted(incident.StartedAt, foretold);
  const before = (run: string) => drops.rows<{ said: string; rows: string }>('before.sql', { run, until });
  const [was, wouldBe] = [await before(troubled), await before(quiet)];
  assert.deepEqual(was, wouldBe, 'before it begins');
  assert.ok(
    was.every(({ rows }) => Number(rows) > 0),
    'nothing was said before it began',
  );

  const places = await drops.rows<{ place: string; troubled: number; quiet: number }>(entry.effectSize.file, {
    troubled,
    quiet,
    ...window,
    recovered: shifted(incident.EndedAt, RECOVERY_SECONDS),
    region: incident.Scope.region ?? '',
    instance: incident.Scope.instance ?? '',
  });
  const { inside = Number.NaN, ...outside } = Object.fromEntries(
    places.map((row) => [row.place, row.troubled / row.quiet]),
  );
  const said = JSON.stringify(places);
  const { atLeast, outsideAtMost } = entry.effectSize;
  assert.ok(inside >= atLeast, `expected ${atLeast} times the normal while it is on: ${said}`);
  assert.ok(Object.keys(outside).length > 0, `nothing is known of elsewhere and afterwards: ${said}`);
  for (const [place, ratio] of Object.entries(outside))
    assert.ok(
      Math.abs(ratio - 1) <= outsideAtMost,
      `expected the normal ${place}, give or take ${outsideAtMost}: ${said}`,
    );

  return { inside, outside, failed: await drops.rows('loudest.sql', { run: troubled, ...window }) };
}

/** Something that tells an incident apart, and how far it is from the normal: 1 is beyond doubt. */
export interface Sign {
  readonly signal: 'logs' | 'metrics';
  readonly sign: string;
  readonly strength: number;
}

/** Shows that logs and metrics tell of an incident as spans do: the strongest sign in each. */
export async function proveSigns({ drops, entry, troubled, quiet }: Pair): Promise<Sign[]> {
  const { StartedAt, EndedAt } = await incidentOf(drops, troubled, entry.kind);
  const signs = await drops.rows<Sign>('signs.sql', { troubled, quiet, from: StartedAt, to: EndedAt });
  assert.deepEqual(signs.map(({ signal }) => signal).sort(), ['logs', 'metrics']);
  assert.ok(
    signs.every(({ strength }) => strength >= 1),
    JSON.stringify(signs),
  );
  return signs;
}

/** Shows that the queries of docs/incidents.md can be asked, and answer otherwise than without the incident. */
export async function proveDocs({ drops, entry, troubled, quiet }: Pair): Promise<void> {
  const { StartedAt } = await incidentOf(drops, troubled, entry.kind);
  for (const query of queriesOfDocs().get(entry.kind) ?? []) {
    const [found, normal] = [
      await drops.ask(askedOf(query, troubled, StartedAt)),
      await drops.ask(askedOf(query, quiet, StartedAt)),
    ];
    assert.ok(found.length > 0, query);
    assert.notDeepEqual(found, normal);
  }
}

/** Shows that nothing tells an incident's kind or its id, but for the table that is there to tell. */
export async function proveSilence({ drops, entry, troubled }: Pair): Promise<void> {
  const { Id } = await incidentOf(drops, troubled, entry.kind);
  const tables = await drops.ask<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'otel' AND engine LIKE '%MergeTree'",
  );
  const telling: string[] = [];
  for (const { name } of tables) {
    const [found] = await drops.rows<{ rows: string }>('naming.sql', { table: name, words: [entry.kind, Id] });
    if (found?.rows !== '0') telling.push(name);
  }
  assert.deepEqual(telling, ['incidents']);
}

async function incidentOf(drops: Drops, run: string, kind: string): Promise<IncidentRow> {
  const rows = await drops.ask<IncidentRow>(
    `SELECT Id, Kind, Scope, StartedAt, EndedAt FROM otel.incidents FINAL WHERE RunId = '${run}' AND Kind = '${kind}'`,
  );
  assert.equal(rows.length, 1, JSON.stringify(rows));
  return rows[0]!;
}

/** A time of ClickHouse, so many seconds later. */
function shifted(time: string, seconds: number): string {
  const at = new Date(Date.parse(`${time.replace(' ', 'T')}Z`) + seconds * 1000);
  return at.toISOString().replace('T', ' ').replace('Z', '');
}
