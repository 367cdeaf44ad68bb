import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Signal } from '../../src/collector/mapping/statements.ts';
import type { Case } from '../real-collector/bodies/case.ts';
import { LOG_CASES } from '../real-collector/bodies/logs.ts';
import { METRIC_CASES } from '../real-collector/bodies/metrics.ts';
import { TRACE_CASES } from '../real-collector/bodies/traces.ts';
import { WIRE_CASES } from '../real-collector/bodies/wire.ts';

const RECORDED = join(import.meta.dirname, 'recorded');

/** Requests of a drop as the event-generator's exporters sent them, the shorter ones. */
const recorded = (['traces', 'logs', 'metrics'] as const).flatMap((signal) =>
  ['1', '2'].map((number): Case => {
    const body = readFileSync(join(RECORDED, `${signal}-${number}.otlp`));
    return { name: `recorded ${signal} ${number}`, signal, body };
  }),
);

/** What mutations start from: requests as they are sent, and of every kind of item and value. */
export const ORIGINALS: readonly Case[] = [
  ...TRACE_CASES,
  ...LOG_CASES,
  ...METRIC_CASES,
  ...WIRE_CASES,
  // Often enough to be a third of all, beside the many small ones.
  ...Array.from({ length: 10 }, () => recorded).flat(),
];

/** Those that protobuf's JSON has a form for. */
export const JSON_ORIGINALS: readonly Case[] = ORIGINALS.filter((original) => !WIRE_CASES.includes(original));

/** The originals of one signal. */
export const ORIGINALS_OF: Readonly<Record<Signal, readonly Case[]>> = {
  traces: ORIGINALS.filter(({ signal }) => signal === 'traces'),
  logs: ORIGINALS.filter(({ signal }) => signal === 'logs'),
  metrics: ORIGINALS.filter(({ signal }) => signal === 'metrics'),
};
