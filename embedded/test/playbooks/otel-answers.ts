import type { Answers } from './answer.ts';
import { OTEL_LOG_ANSWERS } from './otel-log-answers.ts';
import { OTEL_METRIC_ANSWERS } from './otel-metric-answers.ts';
import { OTEL_SERVICE_ANSWERS } from './otel-service-answers.ts';
import { OTEL_TRACE_ANSWERS } from './otel-trace-answers.ts';

/**
 * What must be true of the answers to `otel_queries.sql`: on the run, and on known rows that some of them store beside it (services
 * named `known-…`), for what a healthy drop never shows: counters that restart, orphans, skewed clocks, calls in a loop.
 */
export const OTEL_ANSWERS: Answers = {
  ...OTEL_SERVICE_ANSWERS,
  ...OTEL_TRACE_ANSWERS,
  ...OTEL_LOG_ANSWERS,
  ...OTEL_METRIC_ANSWERS,
};
