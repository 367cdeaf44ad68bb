import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Hyperdx, startHyperdx } from '../../src/hyperdx/gateway.ts';
import { OPEN_GATES, startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { startTestCollector } from '../collector.ts';
import { sendTo } from '../hyperdx/http-client.ts';
import { INHERITED } from '../inherited.ts';
import { encodeRequest } from '../otlp-bodies.ts';

/** Each means something to SQL, to ClickHouse's formats or substitutions, to a shell or to a path. */
const TEXTS = [
  "'); DROP TABLE otel.otel_traces; --",
  "\\'; DROP TABLE otel.otel_traces; --",
  '{x:String} {{}} $y $$ $(id) `id`',
  '`"\\"`',
  '\\0\\x27\\N',
  'tab\tnew\nline\r end',
  '/* -- # */ //',
  'ünï 🦊 \u2028 \u00a0',
  '%27 %s &lt; &#39;',
  '1 FORMAT Null SETTINGS readonly = 0',
  '../../etc/passwd',
  '-- ',
];

let clickhouse: TestClickHouse;
let hyperdx: Hyperdx;
before(async () => {
  clickhouse = await startTestClickHouse();
  const { hyperdxPassword, server } = clickhouse;
  const { innerUrl } = server;
  hyperdx = await startHyperdx({ host: '127.0.0.1', port: 0, clickhouseUrl: innerUrl, hyperdxPassword, ...OPEN_GATES });
});
after(async () => {
  await hyperdx?.stop();
  await clickhouse?.stop();
});

async function one(query: string, query_params: Record<string, unknown> = {}): Promise<string> {
  const result = await clickhouse.admin.query({ query, query_params, format: 'TabSeparatedRaw' });
  return (await result.text()).replace(/\n$/, '');
}

test('whatever services, spans and attributes are called, they are stored as called and do nothing', async (t) => {
  const collector = await startTestCollector(t, { clickhouse, tuning: { segmentMillis: 20 } });
  const attribute = (key: string, text: string) => ({ key, value: { stringValue: text } });
  const now = `${Date.now()}000000`;
  const bodies = {
    traces: (text: string, attributes: object[]) => ({
      resourceSpans: [
        {
          resource: { attributes: [attribute('service.name', text), ...attributes] },
          scopeSpans: [
            {
              scope: { name: text, version: text },
              spans: [
                {
                  traceId: Buffer.alloc(16, 1),
                  spanId: Buffer.alloc(8, 1),
                  name: text,
                  traceState: text,
                  startTimeUnixNano: now,
                  endTimeUnixNano: now,
                  status: { code: 2, message: text },
                  attributes,
                  events: [{ name: text, timeUnixNano: now, attributes }],
                },
              ],
            },
          ],
        },
      ],
    }),
    logs: (text: string, attributes: object[]) => ({
      resourceLogs: [
        {
          resource: { attributes: [attribute('service.name', text)] },
          scopeLogs: [
            {
              scope: { name: text },
              logRecords: [
                { timeUnixNano: now, body: { stringValue: text }, severityText: text, eventName: text, attributes },
              ],
            },
          ],
        },
      ],
    }),
    metrics: (text: string, attributes: object[]) => ({
      resourceMetrics: [
        {
          resource: { attributes: [attribute('service.name', text)] },
          scopeMetrics: [
            {
              scope: { name: text },
              metrics: [
                {
                  name: text,
                  unit: text,
                  description: text,
                  gauge: { dataPoints: [{ timeUnixNano: now, asDouble: 1, attributes }] },
                },
              ],
            },
          ],
        },
      ],
    }),
  };
  for (const text of TEXTS) {
    const attributes = [attribute(text, text)];
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      const response = await fetch(`http://127.0.0.1:${collector.httpPort}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: encodeRequest(signal, bodies[signal](text, attributes)),
      });
      assert.equal(response.status, 200, text);
    }
  }
  await collector.stop();
  const queries = {
    otel_traces:
      'ServiceName = {t:String} AND SpanName = {t:String} AND SpanAttributes[{t:String}] = {t:String} AND StatusMessage = {t:String} ' +
      'AND Events.Name = [{t:String}] AND ScopeName = {t:String} AND ResourceAttributes[{t:String}] = {t:String}',
    otel_logs:
      'ServiceName = {t:String} AND Body = {t:String} AND LogAttributes[{t:String}] = {t:String} AND EventName = {t:String}',
    otel_metrics_gauge:
      'ServiceName = {t:String} AND MetricName = {t:String} AND MetricUnit = {t:String} AND Attributes[{t:String}] = {t:String}',
  };
  for (const text of TEXTS) {
    for (const [table, where] of Object.entries(queries)) {
      assert.equal(
        await one(`SELECT count() FROM otel.${table} WHERE ${where}`, { t: text }),
        '1',
        `${table}: ${text}`,
      );
    }
  }
});

test('a value of the page’s query is that value', async () => {
  for (const text of TEXTS) {
    // ClickHouse reads a substitution's value as a field of TSV.
    const value = encodeURIComponent(text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n'));
    const { status, body } = await sendTo(hyperdx.url, `/query?param_t=${value}`, {
      method: 'POST',
      headers: { origin: hyperdx.url },
      body: 'SELECT {t:String} FORMAT TSVRaw',
    });
    assert.deepEqual({ status, body }, { status: 200, body: `${text}\n` });
  }
});

test('the words of a command are words: no run, playbook or statement is made of them', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-texts-'));
  t.after(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'runs'));
  await writeFile(join(directory, 'passwd.json'), '{"runId": "not a ledger"}');
  const root = join(import.meta.dirname, '../../..');
  const run = (name: string, words: readonly string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const { url, adminPassword } = clickhouse;
      const env = {
        ...INHERITED,
        CLICKHOUSE_URL: url,
        CLICKHOUSE_PASSWORD: adminPassword,
        DATA_DIR: directory,
      };
      const command = [`event-generator/src/commands/${name}.ts`, ...words];
      execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });
  const refused = await Promise.all([
    run('verify', ["x' OR 1 = 1 --"]),
    run('verify', ['../passwd']),
    run('query', ['otel_queries.sql', "1'; DROP TABLE otel.otel_logs"]),
  ]);
  for (const { code, output } of refused) {
    assert.notEqual(code, 0, output);
    assert.doesNotMatch(output, /DB::Exception|Syntax error|\n {4}at /);
  }
  assert.equal(
    await one("SELECT count() FROM system.tables WHERE database = 'otel' AND name IN ('otel_logs', 'otel_traces')"),
    '2',
  );
});
