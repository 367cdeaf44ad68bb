import type { LedgerAnswer, Status } from '../../control/schemas.ts';
import { renderLedgerTable } from '../../telemetry/ledger/ledger-table.ts';
import { renderStatus } from '../../terminal/lines.ts';
import type { Palette } from '../../terminal/palette.ts';

/** How a drop fares, as lines for people. */
export function renderMoment(status: Status, paint: Palette): string[] {
  const { runId, seed, load, shards, shard, endpoint, cycle, sneaker, dropId, waitedSeconds, simulatedAt } = status;
  const parts = [
    ...(shards > 1 ? [`${shards} threads`] : []),
    ...(shard.count > 1 ? [`process ${shard.index} of ${shard.count}`] : []),
  ];
  const waited = Math.round(waitedSeconds);
  return [
    [`${paint.bold(`run ${runId}`)}`, `seed ${seed}`, `load ${load}`, ...parts, `sends to ${endpoint}`].join(' · '),
    ...(simulatedAt === null ? [] : [`It makes history, and has come to ${simulatedAt}.`]),
    `DROP ${cycle} · ${sneaker} · ${dropId}`,
    renderStatus(status, paint),
    ...(waited > 0
      ? [`Its workers have waited ${waited.toLocaleString('en-US')} s for the collector, taken together.`]
      : []),
  ];
}

/** What became of its telemetry, as lines for people. */
export function renderLedger(ledger: LedgerAnswer): string[] {
  return renderLedgerTable(ledger.signals);
}
