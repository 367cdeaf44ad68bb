import type { Palette } from '../../terminal/palette.ts';
import type { ClickHouse, RunOptions } from '../clickhouse/open-clickhouse.ts';
import { cost, printAnswer } from '../table/print-answer.ts';

/** How an answer is shown. */
export interface PrintOptions extends RunOptions {
  readonly out: NodeJS.WriteStream;
  readonly paint: Palette;
}

/** Runs a statement and prints its answer; what it took is for people at a terminal, and not for a pipe, unless there is nothing else to say. */
export async function runAndPrint(clickhouse: ClickHouse, sql: string, options: PrintOptions): Promise<void> {
  const { out, paint } = options;
  const answer = await clickhouse.run(sql, options);
  await printAnswer(answer, out);
  if (out.isTTY || answer.format === '') out.write(`${paint.dim(cost(answer))}\n`);
}
