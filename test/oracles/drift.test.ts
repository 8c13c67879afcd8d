import fs from 'node:fs'
import path from 'node:path'
import { benjaminiHochberg } from '../../activities/evaluation/stats/benjamini-hochberg'
import { binShares } from '../../activities/evaluation/stats/bin-shares'
import {
  bottomKSample,
  createBottomKSample,
  extractBottomKSample,
} from '../../activities/evaluation/stats/bottom-k-sample'
import {
  categoricalLevels,
  countLevels,
  createLevelCounts,
  levelSlots,
  type LevelCounts,
} from '../../activities/evaluation/stats/categorical-levels'
import { chiSquareHomogeneity } from '../../activities/evaluation/stats/chi-square-homogeneity'
import { countBins, createBinCounts, type BinCounts } from '../../activities/evaluation/stats/count-bins'
import { cramersV } from '../../activities/evaluation/stats/cramers-v'
import { jsDistance } from '../../activities/evaluation/stats/js-distance'
import { kolmogorov } from '../../activities/evaluation/stats/kolmogorov'
import { ks } from '../../activities/evaluation/stats/ks'
import { extractMoments, moments } from '../../activities/evaluation/stats/moments'
import type { NumberColumn } from '../../activities/evaluation/stats/number-column'
import { numericEdges } from '../../activities/evaluation/stats/numeric-edges'
import { psi } from '../../activities/evaluation/stats/psi'
import { quantileSorted } from '../../activities/evaluation/stats/quantile-sorted'
import { triangular } from '../../activities/evaluation/stats/triangular'
import { twoProportionTest } from '../../activities/evaluation/stats/two-proportion-test'
import { normalisedWasserstein, wasserstein } from '../../activities/evaluation/stats/wasserstein'
import { wilsonInterval } from '../../activities/evaluation/stats/wilson-interval'
import { Deviations } from './deviations'

type Found = number | null

/** What is computed from two rows of counts. */
interface OnCounts {
  readonly p: number[] | null
  readonly q: number[] | null
  readonly psi: Found
  readonly js: Found
  readonly triangular: Found
  readonly v: Found
  readonly chi: readonly number[] | null
}

/** What is computed from two samples. */
interface OnSamples {
  readonly sample_ks: Found
  readonly sample_p: Found
  readonly sample_w: Found
  readonly sample_w_sd: Found
  readonly quantiles: readonly number[]
  readonly edges: readonly number[]
  readonly counts: readonly (readonly number[])[]
  readonly moments: readonly (readonly Found[])[]
}

type Raw = readonly (number | 'nan' | 'inf' | '-inf' | null)[]

interface Oracle {
  readonly pairs: readonly (OnCounts &
    OnSamples & {
      readonly name: string
      readonly reference: Raw
      readonly current: Raw
      readonly apart: readonly (readonly number[])[]
    })[]
  readonly tables: readonly (OnCounts & { readonly reference: number[]; readonly current: number[] })[]
  readonly levels: readonly {
    readonly counts: readonly (readonly [string, number])[]
    readonly current: readonly (string | null)[]
    readonly levels: readonly string[]
    readonly others: number
    readonly reference: readonly number[]
    readonly slots: readonly number[]
    readonly missing: number
  }[]
  readonly bottom: readonly {
    readonly k: number
    readonly share: number
    readonly hashes: readonly string[]
    readonly kept: readonly number[]
  }[]
  readonly wilson: readonly (readonly [
    count: number,
    n: number,
    confidence: number,
    low: number,
    high: number,
  ])[]
  readonly two: readonly (readonly [a: number, n: number, b: number, m: number, z: Found, p: Found])[]
  readonly kolmogorov: readonly (readonly [x: number, survival: number])[]
  readonly benjamini: readonly (readonly [ps: readonly number[], qs: readonly number[]])[]
  readonly million: OnCounts &
    OnSamples & {
      readonly nan: number
      readonly levels: readonly string[]
      readonly slots: readonly number[]
      readonly bottom: readonly number[]
      readonly qs: readonly number[]
      readonly slotted: OnCounts
    }
}

const oracle = JSON.parse(fs.readFileSync(path.join(__dirname, 'drift.json'), 'utf8')) as Oracle
const deviations = new Deviations()
afterAll(() => void process.stdout.write(deviations.table()))

const [exactly, relative] = [{ allowed: 0 }, { near: 1e-300 }]

function checkCounts(reference: readonly number[], current: readonly number[], expected: OnCounts): void {
  const shares = binShares(reference, current)
  if (expected.p !== null && expected.q !== null)
    deviations.check('bin shares', [...shares!.p, ...shares!.q], [...expected.p, ...expected.q], exactly)
  deviations.check('psi', [shares && psi(shares)], [expected.psi])
  // the root of a rounding error is 1e-8: near 0 the squares are compared
  const power = (expected.js ?? 1) < 1e-3 ? 2 : 1
  deviations.check(
    'js_distance',
    [shares && jsDistance(shares) ** power],
    [expected.js && expected.js ** power],
  )
  deviations.check('triangular', [shares && triangular(shares)], [expected.triangular])
  deviations.check("Cramer's V", [cramersV(reference, current)], [expected.v])
  const chi = chiSquareHomogeneity(reference, current)
  const [statistic, degreesOfFreedom, pValue] = expected.chi ?? [null, null, null]
  deviations.check('chi-square', [chi?.statistic ?? null], [statistic!])
  deviations.check('chi-square, df', [chi?.degreesOfFreedom ?? null], [degreesOfFreedom!], exactly)
  deviations.check('chi-square, p', [chi?.pValue ?? null], [pValue!], relative)
}

function checkSamples(reference: NumberColumn, current: NumberColumn, expected: OnSamples): BinCounts[] {
  const sides = [reference, current]
  const [a, b] = sides.map(finite) as [Float64Array, Float64Array]
  const quantiles = [0, 0.005, 0.1, 1 / 3, 0.5, 0.77, 1].map((q) => quantileSorted(a, q))
  if (expected.quantiles.length > 0) deviations.check('quantile', quantiles, expected.quantiles, exactly)
  const edges = numericEdges(a)
  deviations.check('edges', [...edges], expected.edges, exactly)
  const counts = sides.map((side, i) => {
    const counted = createBinCounts(edges)
    countBins(counted, side)
    deviations.check('bin counts', [...counted.bins], expected.counts[i]!, exactly)
    return counted
  })
  sides.forEach((side, i) => {
    const { n, mean, sd, min, max } = extractMoments(moments(side))
    const [count, ...rest] = expected.moments[i]!
    const near = Math.max(sd ?? 0, Math.abs(mean ?? 0), 1e-300)
    deviations.check('moments: n, min, max', [n, min, max], [count!, rest[2]!, rest[3]!], exactly)
    if (Math.abs(mean ?? 0) < 1e300) deviations.check('moments: mean', [mean], [rest[0]!], { near })
    if (Number.isFinite(sd ?? 0)) deviations.check('moments: sd', [sd], [rest[1]!], { near: 1e-150 })
  })
  const test = ks(a, b)
  deviations.check('ks', [test?.statistic ?? null], [expected.sample_ks], exactly)
  deviations.check('ks, p', [test?.pValue ?? null], [expected.sample_p], relative)
  const distance = wasserstein(a, b)
  if (Number.isFinite(distance ?? 0)) {
    deviations.check('wasserstein', [distance], [expected.sample_w], relative)
    const { sd } = extractMoments(moments(reference))
    const inSd = distance === null ? null : normalisedWasserstein(distance, sd)
    deviations.check('wasserstein / sd', [inSd], [expected.sample_w_sd], relative)
  }
  return counts
}

function finite({ values, validity }: NumberColumn): Float64Array {
  const kept = Float64Array.from(values).filter(
    (value, row) =>
      Number.isFinite(value) && (validity === undefined || (validity[row >> 3]! >> (row & 7)) & 1),
  )
  return kept.sort()
}

function columnOf(raw: Raw): NumberColumn {
  const validity = new Uint8Array((raw.length + 7) >> 3)
  raw.forEach((value, row) => (validity[row >> 3]! |= value === null ? 0 : 1 << (row & 7)))
  const words = { nan: NaN, inf: Infinity, '-inf': -Infinity }
  const values = raw.map((value) => (typeof value === 'string' ? words[value] : (value ?? 12345)))
  return { values: Float64Array.from(values), validity }
}

test.each(oracle.pairs)('two samples: $name', ({ reference, current, ...expected }) => {
  const counts = checkSamples(columnOf(reference), columnOf(current), expected)
  const apart = counts.map(({ missing, nan, plusInfinity, minusInfinity }) => [
    missing,
    nan,
    plusInfinity,
    minusInfinity,
  ])
  expect(apart).toEqual(expected.apart)
  checkCounts(expected.counts[0]!, expected.counts[1]!, expected)
})

test('two rows of counts', () => {
  for (const { reference, current, ...expected } of oracle.tables) checkCounts(reference, current, expected)
})

test('levels of categories', () => {
  for (const { counts, current, ...expected } of oracle.levels) {
    const levels = categoricalLevels(new Map(counts))
    const dictionary = [...new Set(current.filter((value) => value !== null))]
    const codes = Int32Array.from(current, (value) => (value === null ? -1 : dictionary.indexOf(value)))
    const counted: LevelCounts = createLevelCounts(levels)
    countLevels(counted, codes, levelSlots(levels, dictionary))
    expect(levels.levels).toEqual(expected.levels)
    deviations.check('levels', [...levels.counts], expected.reference, exactly)
    const slots = [...counted.slots, counted.missing, levels.others.size]
    deviations.check('level counts', slots, [...expected.slots, expected.missing, expected.others], exactly)
  }
})

test('samples by the smallest hashes', () => {
  for (const { k, share, hashes, kept } of oracle.bottom) {
    const sample = createBottomKSample(k, share)
    const payloads = Float64Array.from(hashes, (_, row) => row)
    bottomKSample(sample, BigUint64Array.from(hashes, BigInt), payloads)
    deviations.check('bottom-k sample', [...extractBottomKSample(sample).payloads], kept, exactly)
  }
})

test('rates, p values and their distribution', () => {
  for (const [count, n, confidence, low, high] of oracle.wilson) {
    const interval = wilsonInterval(count, n, confidence)!
    deviations.check('wilson', [interval.low, interval.high], [low, high])
  }
  for (const [count, n, otherCount, otherN, z, p] of oracle.two) {
    const found = twoProportionTest({ count, n }, { count: otherCount, n: otherN })
    deviations.check('two proportions', [found?.z ?? null], [z])
    deviations.check('two proportions, p', [found?.pValue ?? null], [p], relative)
  }
  for (const [x, survival] of oracle.kolmogorov)
    deviations.check('kolmogorov', [kolmogorov(x)], [survival], relative)
  for (const [ps, qs] of oracle.benjamini)
    deviations.check('benjamini-hochberg', [...benjaminiHochberg(ps)], qs, exactly)
})

describe('a million rows', () => {
  const rows = 1_000_000
  const weyl = (factor: number, start: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, i) => (Math.imul(i, factor) + start) >>> 0)
  const unit = (values: Float64Array): Float64Array => values.map((value) => value / 2 ** 32)
  const [u, w] = [unit(weyl(2654435761, 1)), unit(weyl(2246822519, 7))]
  const { million } = oracle

  test('of numbers', () => {
    const reference = u.map((x) => x * x * 100 - 20)
    const current = w.map((x, i) => (i % 97 === 0 ? NaN : Math.floor(x * x * 105_000) / 1000 - 20))
    const counts = checkSamples({ values: reference }, { values: current }, million)
    expect(counts.map(({ nan }) => nan)).toEqual([0, million.nan])
    checkCounts(million.counts[0]!, million.counts[1]!, million)
  })

  test('of categories', () => {
    const codesOf = (x: Float64Array, count: number): Int32Array =>
      Int32Array.from(x, (one) => Math.floor(one * one * count))
    const dictionary = Array.from({ length: 310 }, (_, code) => `v${code}`)
    const rowsOf = new Map<string, number>()
    for (const code of codesOf(u, 300))
      rowsOf.set(dictionary[code]!, (rowsOf.get(dictionary[code]!) ?? 0) + 1)
    const levels = categoricalLevels(rowsOf)
    expect(levels.levels).toEqual(million.levels)
    const counted = createLevelCounts(levels)
    countLevels(counted, codesOf(w, 310), levelSlots(levels, dictionary))
    deviations.check('level counts', [...counted.slots], million.slots, exactly)
    checkCounts([...levels.counts], [...counted.slots], million.slotted)
  })

  test('of hashes', () => {
    const [high, low] = [weyl(3266489917, 11), weyl(668265263, 13)]
    const hashes = new BigUint64Array(rows)
    const halves = new Uint32Array(hashes.buffer)
    high.forEach((value, i) => (halves[2 * i + 1] = value))
    low.forEach((value, i) => (halves[2 * i] = value))
    const sample = createBottomKSample(50_000)
    bottomKSample(
      sample,
      hashes,
      weyl(1, 0).map((row) => row),
    )
    const { payloads } = extractBottomKSample(sample)
    const sum = payloads.reduce((total, row) => total + row, 0)
    deviations.check('bottom-k sample', [payloads[0]!, payloads.at(-1)!, sum], million.bottom, exactly)
  })

  test('of p values', () => {
    const qs = benjaminiHochberg(u.map((x) => x * x * x * x))
    const some = [0, 1, 2, 1000, 999_999].map((i) => qs[i]!)
    deviations.check('benjamini-hochberg', some, million.qs.slice(0, 5), exactly)
    expect(qs.reduce((total, q) => total + q, 0)).toBeCloseTo(million.qs[5]!, 5)
  })
})
