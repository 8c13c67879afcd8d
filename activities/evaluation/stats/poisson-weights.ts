const { imul } = Math

/** Fills arrays with Poisson(1) weights, one sequence from first fill to last. */
export interface PoissonWeights {
  fill(weights: Uint8Array): void
}

/** floor(2^32 x P(Poisson(1) <= k)), k = 0 to 12: a draw's weight is the number of entries that are not above it. */
const cumulative = Uint32Array.of(
  1580030168,
  3160060337,
  3950075421,
  4213413783,
  4279248373,
  4292415291,
  4294609777,
  4294923276,
  4294962463,
  4294966817,
  4294967252,
  4294967292,
  4294967295,
)

/**
 * Seeded Poisson(1) weights: how often each row is drawn in a bootstrap replicate, without keeping or counting rows.
 * Weights are 0 to 13, from 32 bits by the inverse of the distribution function.
 *
 * Bits by xoshiro128** 1.1 (Blackman & Vigna 2018, prng.di.unimi.it/xoshiro128starstar.c), its state filled by two outputs of
 * splitmix64 as its authors advise, low half first. Equals the same written out in test/oracles/accuracy.py.
 * @param seed an integer, 0 to 2^53 - 1
 */
export function poissonWeights(seed: number): PoissonWeights {
  let [s0, s1, s2, s3] = stateOf(seed)
  const fill = (weights: Uint8Array): void => {
    for (let i = 0; i < weights.length; i++) {
      const five = imul(s1, 5)
      const draw = imul((five << 7) | (five >>> 25), 9) >>> 0
      const t = s1 << 9
      s2 ^= s0
      s3 ^= s1
      s1 ^= s2
      s0 ^= s3
      s2 ^= t
      s3 = (s3 << 11) | (s3 >>> 21)
      let weight = 0
      while (weight < cumulative.length && draw >= cumulative[weight]!) weight++
      weights[i] = weight
    }
  }
  return { fill }
}

function stateOf(seed: number): [number, number, number, number] {
  let x = BigInt(seed)
  const next = (): [number, number] => {
    x = BigInt.asUintN(64, x + 0x9e3779b97f4a7c15n)
    let z = x
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    z ^= z >> 31n
    return [Number(z & 0xffffffffn) | 0, Number(z >> 32n) | 0]
  }
  return [...next(), ...next()]
}
