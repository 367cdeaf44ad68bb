import { inFlight, inFlightOfService, type SignalCounts, tallyOf } from './counts.ts';

/** How many items of a batch are of which service, by `service.name`. */
export type ItemsByService = ReadonlyMap<string, number>;

/** All items, of whatever service. */
export function totalOf(items: ItemsByService): number {
  let total = 0;
  for (const count of items.values()) total += count;
  return total;
}

/** A batch is given out for export. Its items were created before, which their services learn here. */
export function countSent(counts: SignalCounts, items: ItemsByService): void {
  for (const [service, count] of items) {
    const tally = tallyOf(counts, service);
    tally.created += count;
    tally.sent += count;
    counts.sent += count;
  }
}

/** The collector took a batch but for `rejected` of its items. */
export function countAccepted(counts: SignalCounts, items: ItemsByService, rejected: number): void {
  const total = totalOf(items);
  const refused = Math.min(rejected, total);
  counts.acknowledged += total - refused;
  counts.rejected += refused;
  for (const [service, count] of items) {
    const tally = tallyOf(counts, service);
    if (refused === 0) tally.acknowledged += count;
    else if (refused === total) tally.rejected += count;
    else if (items.size > 1) tally.partlyTaken += count;
    else {
      tally.acknowledged += count - refused;
      tally.rejected += refused;
    }
  }
}

/** The collector took none of a batch and never will. */
export function countRejected(counts: SignalCounts, items: ItemsByService): void {
  countAccepted(counts, items, totalOf(items));
}

/** Whatever is in flight is given up. */
export function dropRest(counts: SignalCounts): void {
  counts.dropped += inFlight(counts);
  for (const tally of counts.services.values()) tally.dropped += inFlightOfService(tally);
}

/** A batch that comes when all is given up. */
export function dropLate(counts: SignalCounts, items: ItemsByService): void {
  for (const [service, count] of items) tallyOf(counts, service).created += count;
  dropRest(counts);
}
