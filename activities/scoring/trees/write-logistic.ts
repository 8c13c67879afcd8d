/**
 * Writes 1 / (1 + e^sum) and 1 / (1 + e^-sum) in float32, step by step as ONNX Runtime's tree ensembles take them, so that
 * they come out the same to the last bit where its C library is glibc.
 * @param sum a float32
 * @param at where the pair goes
 */
export function writeLogistic(sum: number, pair: Float32Array, at: number): void {
  const larger = Math.fround(1 / Math.fround(1 + expf(-Math.abs(sum))))
  pair[at] = sum > 0 ? 1 - larger : larger
  pair[at + 1] = sum < 0 ? 1 - larger : larger
}

const steps = 32
const powers = Float64Array.from({ length: steps }, (_, i) => 2 ** (i / steps))
const stepsOfUnit = steps / Math.LN2
/** e^(r ln 2 / 32) for |r| <= 1/2. */
const [c0, c1, c2] = [
  0.05550361559341535 / steps ** 3,
  0.2402284522445722 / steps ** 2,
  0.6931471806916203 / steps,
]

/**
 * e^value rounded to float32 as glibc's expf rounds it (wrong by up to 0.502 units of the last digit: Math.exp, rounded, is
 * another number for one value in some thousands). Source: Arm's optimized routines, math/expf.c.
 * @param value not above 0
 */
function expf(value: number): number {
  const scaled = value * stepsOfUnit
  if (!(scaled > -150 * steps)) return Number.isNaN(value) ? NaN : 0
  const nearest = Math.round(scaled)
  const r = scaled - nearest
  const power = powers[nearest & (steps - 1)]! * 2 ** (nearest >> 5)
  return Math.fround(((c0 * r + c1) * (r * r) + (c2 * r + 1)) * power)
}
