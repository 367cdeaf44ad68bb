import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { type VerifyResult, verify } from './verify.ts';
import { type LedgerOptions, writeLedgerTo } from './written-ledger.ts';

const HOUR_MS = 3_600_000;

describe('verify', { concurrency: true }, () => {
  let server: TestClickHouse;
  let dataDir: string;
  before(async () => {
    server = await startTestClickHouse();
    dataDir = await mkdtemp(join(tmpdir(), 'click-ai-verify-'));
    await mkdir(join(dataDir, 'runs'));
  });
  after(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  const verifiable = () => ({ dataDir, url: server.url, password: server.adminPassword });
  const run = (...words: string[]): Promise<VerifyResult> => verify(verifiable(), words);

  /** Spans with these ids, each in a row of its own. */
  async function store(runId: string, service: string, ids: readonly string[], hoursAgo = 0): Promise<void> {
    const rows = ids.map(
      (id) => `(now64() - INTERVAL ${hoursAgo} HOUR, '${id}', '${id}', '${service}', map('snkrs.run.id', '${runId}'))`,
    );
    const into = 'otel.otel_traces (Timestamp, TraceId, SpanId, ServiceName, ResourceAttributes)';
    await server.admin.command({ query: `INSERT INTO ${into} VALUES ${rows.join(', ')}` });
  }

  const writeLedger = (runId: string, options: LedgerOptions): Promise<void> =>
    writeLedgerTo(join(dataDir, 'runs'), runId, options);

  test('a run of which every row is there, once: the table, and exit 0', async () => {
    await writeLedger('whole', { spans: { shop: { created: 1_200 }, stock: { created: 1 } } });
    await store(
      'whole',
      'shop',
      Array.from({ length: 1_200 }, (_, i) => `a${i}`),
    );
    await store('whole', 'stock', ['b']);
    await store('another', 'stock', ['c']);
    const { code, stdout, stderr } = await run('whole');
    assert.equal(stderr, '');
    assert.deepEqual(stdout.split('\n'), [
      '               created  acknowledged  rejected  dropped  in flight  stored  difference',
      '  spans          1,201         1,201         0        0          0   1,201           0',
      '    shop         1,200         1,200         0        0          0   1,200           0',
      '    stock            1             1         0        0          0       1           0',
      '  log records        0             0         0        0          0       0           0',
      '  data points        0             0         0        0          0       0           0',
      '',
      'Run whole: everything it created is stored.',
      '',
    ]);
    assert.equal(code, 0);
  });

  test('rows that are gone: exit 1, with the service, and where they may be', async () => {
    await writeLedger('gone', { spans: { shop: { created: 3 }, stock: { created: 2 } } });
    await store('gone', 'shop', ['a', 'b']);
    await store('gone', 'stock', ['c', 'd']);
    await mkdir(join(dataDir, 'quarantine'));
    await writeFile(join(dataDir, 'quarantine', 'traces-1-0.json'), JSON.stringify({ signal: 'traces', items: 1 }));
    const { code, stdout } = await run('gone', '--summary', '--wait', '0');
    assert.equal(code, 1);
    assert.match(stdout, /^ {2}spans +5 +5 +0 +0 +0 +4 +-1$/m);
    assert.match(stdout, /^ {2}spans of shop +3 +3 +0 +0 +0 +2 +-1$/m);
    assert.doesNotMatch(stdout, /stock/);
    assert.match(stdout, /^Run gone: what is stored differs from what the ledger says\.$/m);
    assert.match(stdout, /^shop: spans: 1 acknowledged and not stored\.$/m);
    assert.match(stdout, /quarantine keeps 1 items that ClickHouse refused, and why\.$/m);
  });

  test('a span stored twice does not make up for one that is lost', async () => {
    await writeLedger('twice', { spans: { shop: { created: 3 } } });
    await store('twice', 'shop', ['a', 'b']);
    await store('twice', 'shop', ['b']);
    const { code, stdout } = await run('twice', '--wait', '0');
    assert.equal(code, 1);
    assert.match(stdout, /^ {4}shop +3 +3 +0 +0 +0 +3 +-1 \+1$/m);
    assert.match(stdout, /^shop: spans: 1 acknowledged and not stored, 1 stored twice\.$/m);
  });

  test('nor does a log record; two that differ in their time alone are two', async () => {
    await writeLedger('records', { spans: {}, logs: { shop: { created: 3 } } });
    const of = "'sold out', 'shop', map('snkrs.run.id', 'records')";
    await server.admin.command({
      query: `INSERT INTO otel.otel_logs (Timestamp, Body, ServiceName, ResourceAttributes)
        SELECT toStartOfHour(now()) + number, ${of} FROM numbers(2) UNION ALL SELECT toStartOfHour(now()), ${of}`,
    });
    const { code, stdout } = await run('records', '--wait', '0');
    assert.equal(code, 1);
    assert.match(stdout, /^shop: log records: 1 acknowledged and not stored, 1 stored twice\.$/m);
  });

  test('rows of a service that the ledger does not know are no part of the run', async () => {
    await writeLedger('forged', { spans: { shop: { created: 1 } } });
    await store('forged', 'shop', ['a']);
    await store('forged', 'sh\u001b[2Jop', ['b']);
    const { code, stdout } = await run('forged');
    assert.equal(code, 1);
    assert.match(stdout, /^sh\ufffd\[2Jop: spans: 1 stored that the ledger does not know\.$/m);
  });

  test('of a killed run, what was acknowledged is to be found, and nothing that was not sent', async () => {
    const spans = { shop: { created: 5, sent: 4, acknowledged: 2 } };
    // A process id that cannot be, on this machine.
    const dead = { state: 'running', host: hostname(), pid: 2 ** 22 + 1 };
    await writeLedger('killed', { spans, ...dead });
    await store('killed', 'shop', ['a', 'b', 'c']);
    const fine = await run('killed');
    assert.match(fine.stdout, /^Run killed: everything acknowledged is stored; it ended without a word after \d{4}-/m);
    assert.equal(fine.code, 0);
    await store('killed', 'shop', ['d', 'e']);
    const invented = await run('killed');
    assert.match(invented.stdout, /^shop: spans: 1 stored that the ledger does not know\.$/m);
    assert.equal(invented.code, 1);
  });

  test('while a run goes on, what is acknowledged and not stored yet is waited for, in one line', async () => {
    const live = { spans: { shop: { created: 5, acknowledged: 2 } }, state: 'running' };
    await writeLedger('live', live);
    let stored: Promise<void> | undefined;
    const { code, stdout, stderr } = await verify(verifiable(), ['live'], () => {
      // A run that goes on writes its ledger again and again.
      stored ??= store('live', 'shop', ['a', 'b']).then(() => writeLedger('live', live));
    });
    await stored;
    assert.equal(stderr, 'Waiting for 2 acknowledged items to be stored, until none comes for 30 s.\n');
    assert.match(stdout, /^ {4}shop +5 +2 +0 +0 +3 +2 +0$/m);
    assert.match(stdout, /^Run live: it goes on\./m);
    assert.equal(code, 0);
  });

  test('what was rejected and dropped is no difference, but with --strict a failure', async () => {
    await writeLedger('lossy', {
      spans: { shop: { created: 4, sent: 3, acknowledged: 1, rejected: 2, dropped: 1 } },
      state: 'incomplete',
    });
    await store('lossy', 'shop', ['a']);
    const { code, stdout } = await run('lossy', '--strict');
    assert.match(stdout, /^ {4}shop +4 +1 +2 +1 +0 +1 +0$/m);
    assert.match(
      stdout,
      /^Run lossy: everything acknowledged is stored; 2 items were rejected by the collector, 1 dropped at the end\.$/m,
    );
    assert.equal(code, 1);
  });

  test('rows past their time are expired, not lost', async () => {
    await writeLedger('old', { spans: { shop: { created: 7 } }, startedAt: Date.now() - 73 * HOUR_MS });
    const { code, stdout } = await run('old');
    assert.match(stdout, /^ {4}shop +7 +7 +0 +0 +0 +0 +expired$/m);
    assert.match(stdout, /^7 spans have expired: the run is older than ClickHouse keeps rows\.$/m);
    assert.equal(code, 0);
  });

  test('no more rows can have expired than were created that long ago: the others are lost', async () => {
    const milestones = [
      { hoursAgo: 79, spans: 2 },
      { hoursAgo: 71, spans: 5 },
      { hoursAgo: 60, spans: 9 },
    ];
    const startedAt = Date.now() - 80 * HOUR_MS;
    await writeLedger('half-old', { spans: { shop: { created: 12 } }, startedAt, milestones });
    await store('half-old', 'shop', ['h1', 'h2', 'h3', 'h4', 'h5']);
    const { code, stdout } = await run('half-old', '--wait', '0');
    assert.match(stdout, /^ {4}shop +12 +12 +0 +0 +0 +5 +-2$/m);
    assert.match(stdout, /^shop: spans: 2 acknowledged and not stored\.$/m);
    assert.match(stdout, /^5 spans have expired:/m);
    assert.equal(code, 1);
    await store('half-old', 'shop', ['h6', 'h7']);
    assert.equal((await run('half-old')).code, 0);
  });

  test('the ledgers of several processes are added up; one that is not here is named', async () => {
    const shard = (index: number) => ({ spans: { shop: { created: 1 } }, shard: { index, count: 2 } });
    await writeLedger('shards', shard(0));
    await store('shards', 'shop', ['a', 'b']);
    const partly = await run('shards');
    assert.match(partly.stdout, /runs\/shards\.shard-1-of-2\.json is not there: copy it from the machine/);
    assert.equal(partly.code, 1);
    await writeLedger('shards', shard(1));
    const whole = await run('shards', '--json');
    assert.equal(whole.code, 0);
    const { ok, state, lines } = JSON.parse(whole.stdout);
    assert.deepEqual([ok, state], [true, 'complete']);
    const { signal, service, created, stored, missing, surplus } = lines[1];
    assert.deepEqual([signal, service, created, stored, missing, surplus], ['traces', 'shop', 2, 2, 0, 0]);
  });

  test('without a run named: the newest whose ledger can be read, and a word on what was passed over', async () => {
    const other = await mkdtemp(join(tmpdir(), 'click-ai-verify-'));
    await mkdir(join(other, 'runs'));
    const broken = join(other, 'runs', 'zz.json');
    await writeLedger('newest', { spans: {} });
    await copyFile(join(dataDir, 'runs', 'newest.json'), join(other, 'runs', 'newest.json'));
    await utimes(join(other, 'runs', 'newest.json'), 1, 1);
    await writeFile(broken, '');
    const { code, stdout, stderr } = await verify({ ...verifiable(), dataDir: other }, ['--summary']);
    await rm(other, { recursive: true });
    assert.equal(stderr, `Passed over: ${broken} is no ledger: expected what an event-generator has written.\n`);
    assert.match(stdout, /^Run newest: everything it created is stored\.$/m);
    assert.equal(code, 0);
  });

  test('a ledger it does not understand is one line and exit 2', async () => {
    await writeLedger('older', { spans: {}, format: 1 });
    const { code, stderr } = await run('older');
    const path = join(dataDir, 'runs', 'older.json');
    assert.equal(
      stderr,
      `${path} is a ledger of format 1: expected format 2. Read it with the version that wrote it.\n`,
    );
    assert.equal(code, 2);
  });
});
