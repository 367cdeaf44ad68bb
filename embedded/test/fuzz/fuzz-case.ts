import type { Case } from '../real-collector/bodies/case.ts';
import { BYTE_MUTATIONS } from './mutations/bytes.ts';
import { FIELD_MUTATIONS } from './mutations/fields.ts';
import { frame, GRPC_MUTATIONS } from './mutations/grpc.ts';
import { HTTP_MUTATIONS } from './mutations/http.ts';
import { JSON_MUTATIONS } from './mutations/json.ts';
import type { BodyMutation } from './mutations/mutation.ts';
import { HUGE_MUTATIONS, SIZE_MUTATIONS } from './mutations/sizes.ts';
import { JSON_ORIGINALS, ORIGINALS } from './originals.ts';
import { type Chance, createChance } from './random.ts';
import { type FuzzRequest, grpcRequest, httpRequest } from './request.ts';
import { sized } from './wire.ts';

/** One request of a fuzzing run. The seed and its number make it again, byte for byte. */
export interface FuzzCase {
  readonly number: number;
  readonly mutation: string;
  /** What it was made of. */
  readonly original: string;
  readonly request: FuzzRequest;
}

type Make = (original: Case, chance: Chance) => FuzzRequest;

const overEither =
  (mutate: BodyMutation): Make =>
  (original, chance) => {
    const body = mutate(original, chance);
    return chance.whole(2) === 0 ? grpcRequest(original.signal, frame(body)) : httpRequest(original.signal, body);
  };

function makersOf<Mutation>(mutations: Readonly<Record<string, Mutation>>, make: (mutation: Mutation) => Make) {
  return Object.entries(mutations).map(([name, mutation]) => ({ name, make: make(mutation) }));
}

const BYTES = makersOf(BYTE_MUTATIONS, overEither);
const FIELDS = makersOf(FIELD_MUTATIONS, overEither);
const saltedEither = (mutate: BodyMutation) =>
  overEither((original, chance) => salted(mutate(original, chance), chance));
const SIZES = makersOf(SIZE_MUTATIONS, saltedEither);
const HUGE = makersOf(HUGE_MUTATIONS, saltedEither);
const JSON_TEXTS = makersOf(JSON_MUTATIONS, (mutate) => (_original, chance) => {
  const picked = chance.pick(JSON_ORIGINALS);
  const original = { ...picked, body: salted(picked.body, chance) };
  return httpRequest(original.signal, mutate(original, chance), 'json');
});
const HTTP = makersOf(HTTP_MUTATIONS, (mutate) => (original, chance) => {
  const request = httpRequest(original.signal, original.body);
  return mutate(request, chance);
});
const GRPC = makersOf(GRPC_MUTATIONS, (mutate) => (original, chance) => {
  const request = grpcRequest(original.signal, Buffer.alloc(0));
  return mutate(request, original.body, chance);
});

/** Of a hundred cases, so many are of each family. */
const SHARES = [
  { of: 30, makers: BYTES },
  { of: 42, makers: FIELDS },
  { of: 3, makers: SIZES },
  { of: 13, makers: JSON_TEXTS },
  { of: 6, makers: HTTP },
  { of: 6, makers: GRPC },
] as const;

/** One case in so many is a huge one. */
const HUGE_EVERY = 500;

/**
 * The same request with a resource behind it that has nothing but an attribute nobody else's has: a collector takes equal
 * bytes for a repetition.
 */
function salted(body: Buffer, chance: Chance): Buffer {
  const salt = Buffer.concat([sized(1, Buffer.from('salt')), sized(2, sized(7, chance.bytes(8)))]);
  return Buffer.concat([body, sized(1, sized(1, sized(1, salt)))]);
}

/** The case of that number. */
export function fuzzCase(seed: number, number: number): FuzzCase {
  const chance = createChance(seed, number);
  const picked = chance.pick(ORIGINALS);
  const original = { ...picked, body: salted(picked.body, chance) };
  const { name, make } = number % HUGE_EVERY === HUGE_EVERY - 1 ? chance.pick(HUGE) : chance.pick(familyOf(chance));
  return { number, mutation: name, original: original.name, request: make(original, chance) };
}

function familyOf(chance: Chance) {
  let rest = chance.whole(100);
  for (const { of, makers } of SHARES) {
    if (rest < of) return makers;
    rest -= of;
  }
  throw new Error('the shares do not add up to 100');
}
