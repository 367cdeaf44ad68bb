import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TwoDrops } from '../two-drops.ts';
import { verify } from '../verify.ts';

/** What `just verify` must say of a real run, and of one whose rows were changed: these change them. */
export function verifyTests(drops: () => TwoDrops): void {
  test('is verified by its ledger; rows that go, and rows that come twice, are found by service', async () => {
    const { runId, dataDir, stored } = drops();
    const run = { dataDir, url: stored.url, password: stored.password };
    const exact = await verify(run, [runId, '--json']);
    assert.equal(exact.code, 0, exact.stderr);
    const services = new Set(JSON.parse(exact.stdout).lines.map((line: { service?: string }) => line.service));
    assert.equal(services.size, 12, 'the whole, ten services and the event-generator');

    const one = (service: string) => `otel_traces WHERE ServiceName = '${service}'`;
    await stored.change(
      `DELETE FROM ${one('draw-service')} AND SpanId IN (SELECT min(SpanId) FROM ${one('draw-service')})`,
    );
    await stored.change(`INSERT INTO otel_traces SELECT * FROM ${one('auth-service')} LIMIT 1`);
    const { code, stdout } = await verify(run, ['--summary', '--wait', '0']);
    assert.equal(code, 1);
    assert.deepEqual(stdout.trim().split('\n').slice(-2), [
      'auth-service: spans: 1 stored twice.',
      'draw-service: spans: 1 acknowledged and not stored.',
    ]);
  });
}
