/**
 * A stream of pseudo-random numbers. The same seed gives the same stream on every machine, and a forked stream depends
 * only on the seed and the names on the way to it, never on how much its parent or its sisters were used.
 */
export interface Random {
  /** An integer of 32 bits, 0 to 4294967295. */
  uint32(): number;
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** An independent stream of that name. */
  fork(name: string): Random;
}

/** A stream for `seed`, any text: a number as written, or a word. */
export function createRandom(seed: string): Random {
  const uint32 = sfc32(hash128(seed));
  return {
    uint32,
    next: () => uint32() / 2 ** 32,
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

type State128 = [number, number, number, number];

/** Doty-Humphrey's Small Fast Counter (PractRand's sfc32): 128 bits of state, a period of at least 2^32. */
function sfc32([a, b, c, counter]: State128): () => number {
  const step = () => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    return out >>> 0;
  };
  // The first outputs still show the seed; PractRand drops 12 too.
  for (let i = 0; i < 12; i++) step();
  return step;
}

/** FNV-1a over the text, from four different bases, each finished with MurmurHash3's mixer. */
function hash128(text: string): State128 {
  const lane = (base: number) => {
    let h = base;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) | 0;
  };
  return [lane(0x811c9dc5), lane(0x9e3779b9), lane(0x7f4a7c15), lane(0x1b873593)];
}
