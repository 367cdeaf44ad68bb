/** Where the two collectors store or answer something else, and why that is left so. */
export interface Difference {
  readonly case: string;
  /** A column, `rows` (how many only one of the two has stored) or `answer` (the status, gRPC's or HTTP's). */
  readonly in: string;
  /** As ClickHouse writes it as text. */
  readonly real: string;
  readonly embedded: string;
}

/** A reason, and every case it explains. */
export interface Reason {
  readonly why: string;
  readonly differences: readonly Difference[];
}

const answer = (name: string, real: string, embedded: string): Difference => ({
  case: name,
  in: 'answer',
  real,
  embedded,
});
const notStored = (name: string): Difference => ({ case: name, in: 'rows', real: '1', embedded: '0' });

const NESTED: Reason = {
  why: 'Arrays and maps are followed four levels down: ClickHouse has no recursion, and each level doubles what it has to plan.',
  differences: [
    {
      case: 'nested five levels deep',
      in: 'SpanAttributes',
      real: `{'k':'[[[[[1]]]]]'}`,
      embedded: `{'k':'[[[["nested too deep"]]]]'}`,
    },
    {
      case: 'body nested five levels deep',
      in: 'Body',
      real: '[[[[[1]]]]]',
      embedded: '[[[["nested too deep"]]]]',
    },
    {
      case: 'point nested five levels deep',
      in: 'Attributes',
      real: `{'k':'[[[[[1]]]]]'}`,
      embedded: `{'k':'[[[["nested too deep"]]]]'}`,
    },
  ],
};

const FAR: Reason = {
  why: 'A time of metrics is stored in seconds of 32 bits: from 2106 on it goes round, and from 2262 on the real collector has gone round once before, in its nanoseconds.',
  differences: [
    { case: 'point of 2262', in: 'TimeUnix', real: '2086-01-10 19:37:31', embedded: '1990-01-27 10:50:44' },
  ],
};

const WRONG_IDS = [
  'short trace id',
  'long trace id',
  'short span id',
  'long parent id',
  'short link id',
  'log with a short trace id',
  'log with a long span id',
  'exemplar with a short trace id',
  'exemplar with a long span id',
];

const UNREADABLE = [
  'two kinds in a value',
  'value given twice',
  'bool of 2',
  'status in two parts',
  'number given twice',
  'metric of two types',
];

/** All there is of bodies sent as protobuf: the comparison fails at one that is not here, and at one that is gone. */
export const OF_PROTOBUF: readonly Reason[] = [
  NESTED,
  FAR,
  {
    why: 'Both refuse ids of a wrong length. OTLP asks for INVALID_ARGUMENT where a request can not be read.',
    differences: WRONG_IDS.map((name) => answer(name, 'INTERNAL', 'INVALID_ARGUMENT')),
  },
  {
    why: 'No protobuf encoder writes two values of a oneof, a message twice where there is one, or a bool that is neither 0 nor 1. ClickHouse does not read them as a parser does, so such a request is refused before it is acknowledged. The real collector takes the last value, merges messages, and takes any other bool for true.',
    differences: UNREADABLE.flatMap((name) => [answer(name, 'OK', 'INVALID_ARGUMENT'), notStored(name)]),
  },
  {
    why: 'A text that is no UTF-8 breaks the protobuf specification. Where it gets into JSON, Go writes the replacement character as an escape, ClickHouse writes the character.',
    differences: [
      {
        case: 'invalid UTF-8 in an array',
        in: 'SpanAttributes',
        real: `{'k':'["a\\\\ufffd"]'}`,
        embedded: `{'k':'["a\ufffd"]'}`,
      },
    ],
  },
  {
    why: `The real collector's queue on disk encodes requests anew, and leaves out a quantile's -0 as the zero that protobuf leaves out.`,
    differences: [{ case: 'summary', in: 'ValueAtQuantiles.Value', real: '[1.5,0,0]', embedded: '[1.5,-0,0]' }],
  },
];

/** All there is of bodies sent as JSON. */
export const OF_JSON: readonly Reason[] = [
  NESTED,
  FAR,
  {
    why: "An item with an id of a wrong length is left out as a partial success: the request's other items are stored, and its sender is told. The real collector refuses them all.",
    differences: WRONG_IDS.map((name) => answer(name, '400', '200')),
  },
];

/** All there is of a metric whose type is unset. */
export const OF_UNTYPED: readonly Reason[] = [
  {
    why: "A metric whose type is unset can't be stored. The real collector tries again for ever, with all that came in the same request; here the others are stored.",
    differences: [{ case: 'metric of no type', in: 'rows', real: '0', embedded: '1' }],
  },
];
