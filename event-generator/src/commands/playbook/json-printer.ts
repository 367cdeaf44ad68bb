import { text } from 'node:stream/consumers';
import { StatementError } from '../clickhouse/failure.ts';
import type { PlaybookPrinter } from './printer.ts';

/** One line for each query: `{"number":1,"question":"…","rows":[{…}]}`. Integers beyond 2^53 are strings, all other numbers numbers. */
export function createJsonPrinter(): PlaybookPrinter {
  return {
    options: () => ({ format: 'JSONEachRow', settings: { output_format_json_quote_64bit_integers: 0 } }),
    begin: () => {},
    print: async ({ number, question }, { body, format }) => {
      const lines = await text(body);
      if (format !== '' && format !== 'JSONEachRow') {
        throw new StatementError(`it asks for FORMAT ${format}; --json needs a statement without one`);
      }
      const rows = lines.split('\n').filter((line) => line !== '');
      process.stdout.write(`${JSON.stringify({ number, question, rows: rows.map(parseRow) })}\n`);
    },
    fail: ({ number }, reason) => console.error(`Query ${number} failed: ${reason}`),
  };
}

function parseRow(line: string): unknown {
  return JSON.parse(line, keepWhole as (key: string, value: unknown) => unknown);
}

/** The third parameter is ES2026, which TypeScript's library does not know yet: a number's digits as they stood there. */
function keepWhole(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '') ? source : value;
}
