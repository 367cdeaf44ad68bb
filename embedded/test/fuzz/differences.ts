import type { ColumnDifference, DifferenceKind, FateDifference } from './compare.ts';

/** Why a request's fate may differ from the oracle's verdict. */
export interface Reason {
  readonly why: string;
  readonly kinds: readonly DifferenceKind[];
  /** What a difference it explains says. */
  readonly text: RegExp;
  /** What every column that differs has to satisfy besides. */
  readonly column?: (difference: ColumnDifference) => boolean;
}

/** All there is: a difference that none of these explains fails the run. */
const REASONS: readonly Reason[] = [
  {
    why: 'Groups (wire types 3 and 4) were given up before OTLP began: no encoder of it writes one. The framing check refuses them as it refuses any wire type that a field does not have; protobuf skips both as fields it does not know. The OpenTelemetry Collector refuses the latter, too.',
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: (field \d+ with )?wire type \d/s,
  },
  {
    why: "An export request has had one field since OTLP 1.0. Protobuf skips others in it; the framing check does not, so that texts and other signals' requests don't pass for an empty one.",
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: unknown field [1-9]/s,
  },
  {
    why: 'No encoder writes two values of one oneof, or a field twice that is no list. Protobuf takes the last value and merges messages; ClickHouse stores neither, so the request is refused before it is acknowledged.',
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: a second value in field/s,
  },
  {
    why: 'Every encoder writes a bool as 0 or 1. Protobuf takes any other number for true; ClickHouse does not read it.',
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: a bool that is neither 0 nor 1/s,
  },
  {
    why: 'A number of more bits than its field has, which no encoder writes: protobuf cuts it off, ClickHouse does not read it.',
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: a number above 32 bits/s,
  },
  {
    why: 'An id of a wrong length, followed by one of the right length in the same item: no encoder writes a field twice.',
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: an id of \d+ bytes instead of/s,
  },
  {
    why: 'A packed list of nothing, which no encoder writes: ClickHouse does not read it.',
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: an empty packed list/s,
  },
  {
    why: 'A number padded to ten bytes, which no encoder writes: protobuf takes it, ClickHouse does not read it.',
    kinds: ['refused'],
    text: /^(grpc 3|http 400): .*not an OTLP request for \w+: a number that is cut off or too long/s,
  },
  {
    why: 'A text that is no UTF-8 breaks the protobuf specification, and official decoders refuse the whole request for it. The OpenTelemetry Collector does not look, neither does this one: the bytes are stored as they are. Senders with a Latin-1 text somewhere lose nothing.',
    kinds: ['stored'],
    text: /^not UTF-8$/,
  },
  {
    why: 'A text that is no UTF-8, inside of an array or a map: ClickHouse writes another number of replacement characters into its JSON.',
    kinds: ['stored'],
    text: /^not UTF-8; /,
    column: ({ have, want }) => withoutReplacements(have) === withoutReplacements(want),
  },
  {
    why: 'JSON can escape half of a surrogate pair, which is no character. Python refuses to write it; JavaScript and Go put U+FFFD in its place.',
    kinds: ['stored'],
    text: /^half a character$/,
  },
  {
    why: 'OTLP/JSON writes a 64-bit integer as its digits, or as a number. Python also reads a text with an exponent or a fraction of zero, or with more zeros before it than such an integer has digits; here the item is left out and its sender told.',
    kinds: ['other rows'],
    text: /^\d+ rows instead of \d+; .* is \\"(0{20,}\d*|\d+e\d+|\d+\.0)\\", expected an integer from /s,
  },
  {
    why: 'Arrays and maps are followed four levels down: ClickHouse has no recursion, and each level doubles what it has to plan.',
    kinds: ['other rows', 'stored'],
    text: /./,
    column: ({ have }) => have.includes('nested too deep'),
  },
];

/** The first reason that explains a difference. */
export function reasonFor({ kind, text, columns }: FateDifference): Reason | undefined {
  return REASONS.find(
    (reason) =>
      reason.kinds.includes(kind) &&
      reason.text.test(text) &&
      (reason.column === undefined || (columns.length > 0 && columns.every(reason.column))),
  );
}

/** U+FFFD in UTF-8, a character each byte, and everything else that is not ASCII. */
const withoutReplacements = (text: string) => text.replaceAll(/[^ -~]/g, '');
