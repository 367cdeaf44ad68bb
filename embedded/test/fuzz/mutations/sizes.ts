import type { Signal } from '../../../src/collector/mapping/statements.ts';
import { encodeRequest } from '../../otlp-bodies.ts';
import type { Chance } from '../random.ts';
import { sized } from '../wire.ts';
import type { BodyMutation } from './mutation.ts';

const START = 2_000_000_000_000_000_000n;
const DAY = 86_400_000_000_000n;

interface Item {
  readonly attributes?: readonly object[];
  readonly time?: bigint;
  readonly body?: object;
}

/** A request of one resource, its items as few fields as they can have. */
function requestOf(signal: Signal, items: readonly Item[], resource: readonly object[] = []): Buffer {
  const times = items.map(({ time = START }) => time.toString());
  const given = {
    traces: () => ({
      scopeSpans: [
        {
          spans: items.map(({ attributes = [] }, n) => ({
            name: `n${n}`,
            attributes,
            startTimeUnixNano: times[n],
            endTimeUnixNano: times[n],
          })),
        },
      ],
    }),
    logs: () => ({
      scopeLogs: [
        { logRecords: items.map(({ attributes = [], body }, n) => ({ timeUnixNano: times[n], attributes, body })) },
      ],
    }),
    metrics: () => ({
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'm',
              gauge: {
                dataPoints: items.map(({ attributes = [] }, n) => ({ timeUnixNano: times[n], asInt: n, attributes })),
              },
            },
          ],
        },
      ],
    }),
  }[signal]();
  const name = { traces: 'resourceSpans', logs: 'resourceLogs', metrics: 'resourceMetrics' }[signal];
  return encodeRequest(signal, { [name]: [{ resource: { attributes: resource }, ...given }] });
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** An attribute whose value is arrays, or maps, inside one another. */
function nestedAttribute(levels: number, isMap: boolean): Buffer {
  let value: Buffer = Buffer.from([0x18, 1]);
  for (let level = 0; level < levels; level++) {
    value = isMap
      ? sized(6, sized(1, Buffer.concat([sized(1, Buffer.from('k')), sized(2, value)])))
      : sized(5, sized(1, value));
  }
  return Buffer.concat([sized(1, Buffer.from('deep')), sized(2, value)]);
}

/** A request around attributes of a resource that are given by their bytes, with one item in it. */
function aroundAttribute(signal: Signal, attribute: Buffer): Buffer {
  const request = requestOf(signal, [{}]);
  return Buffer.concat([
    request,
    sized(1, sized(1, sized(1, attribute))),
    requestOf(signal, [{ attributes: [text('a', 'b')] }]),
  ]);
}

/** An item with an attribute that is given by its bytes. */
function itemWith(signal: Signal, attribute: Buffer, chance: Chance): Buffer {
  if (signal === 'metrics') return aroundAttribute(signal, attribute);
  const field = signal === 'traces' ? 9 : 6;
  const isBody = signal === 'logs' && chance.whole(2) === 0;
  // An attribute's value is its second field: what is before it (tag, length, "deep") is left out for a log's body.
  const content = isBody
    ? sized(5, attribute.subarray(6 + headerLength(attribute.subarray(6))))
    : sized(field, attribute);
  return sized(1, sized(2, sized(2, content)));
}

/** Bytes of a tag and the length after it. */
function headerLength(bytes: Buffer): number {
  let length = 1;
  while (bytes[length++]! > 0x7f);
  return length;
}

/** Large, long, deep and far apart. */
export const SIZE_MUTATIONS: Readonly<Record<string, BodyMutation>> = {
  'nested a little too deep': ({ signal }, chance) =>
    itemWith(signal, nestedAttribute(chance.whole(12), chance.whole(2) === 0), chance),
  'nested deep': ({ signal }, chance) => {
    const levels = chance.pick([20, 40, 45, 47, 48, 49, 50, 51, 100, 500, 1_000]);
    return itemWith(signal, nestedAttribute(levels, chance.whole(2) === 0), chance);
  },
  'many days': ({ signal }, chance) => {
    const days = chance.pick([2, 20, 101]);
    const step = chance.pick([DAY, -DAY]);
    return requestOf(
      signal,
      Array.from({ length: days }, (_, day) => ({ time: START + BigInt(day) * step })),
    );
  },
  'many attributes': ({ signal }, chance) => {
    const count = chance.pick([200, 2_000]);
    const attributes = Array.from({ length: count }, (_, n) => text(chance.pick([`k${n}`, 'k']), `${n}`));
    return chance.whole(2) === 0 ? requestOf(signal, [{ attributes }]) : requestOf(signal, [{}], attributes);
  },
  'a long key': ({ signal }, chance) => {
    const attributes = [text('k'.repeat(chance.pick([128, 1_000, 70_000])), 'v')];
    return chance.whole(2) === 0 ? requestOf(signal, [{ attributes }]) : requestOf(signal, [{}], attributes);
  },
  'a long value': ({ signal }, chance) => {
    const attributes = [text('k', 'é'.repeat(chance.pick([64, 16_384, 100_000])))];
    return requestOf(signal, [{ attributes }, {}]);
  },
};

/** What takes so much of ClickHouse that a few of each are enough. */
export const HUGE_MUTATIONS: Readonly<Record<string, BodyMutation>> = {
  'nested ten thousand levels deep': ({ signal }, chance) => itemWith(signal, nestedAttribute(10_000, false), chance),
  'a thousand days': ({ signal }) =>
    requestOf(
      signal,
      Array.from({ length: 1_000 }, (_, day) => ({ time: START + BigInt(day) * DAY })),
    ),
  'a key of a megabyte': ({ signal }) => requestOf(signal, [{ attributes: [text('k'.repeat(2 ** 20), 'v')] }]),
  'a hundred thousand attributes': ({ signal }) =>
    requestOf(signal, [{ attributes: Array.from({ length: 100_000 }, (_, n) => text(`k${n}`, '')) }]),
  'a value of ten megabytes': ({ signal }) =>
    requestOf(signal, [{ attributes: [text('k', 'v'.repeat(10 * 2 ** 20))] }]),
  'twenty thousand items': ({ signal }) =>
    requestOf(
      signal,
      Array.from({ length: 20_000 }, () => ({})),
    ),
};
