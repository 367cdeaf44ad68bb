import type { Answer } from './send.ts';
import type { TableRow } from './verdict.ts';

/** What became of a request. */
export type Fate =
  /** It was not acknowledged. */
  | { readonly kind: 'refused'; readonly answer: Answer }
  /** It was acknowledged, and these are its rows. */
  | { readonly kind: 'stored'; readonly answer: Answer; readonly rows: readonly TableRow[] }
  /** It was acknowledged, and ClickHouse would not have it. */
  | {
      readonly kind: 'quarantined';
      readonly answer: Answer;
      readonly reason: string;
      readonly rows: readonly TableRow[];
    }
  /** It was acknowledged and is still tried. */
  | { readonly kind: 'stuck'; readonly answer: Answer; readonly reason: string };
