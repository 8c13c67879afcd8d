import { scanBatchRows } from '../../data/scan-plan'

/** A run should take this long at most here; on a slower worker, with less regular rows, it still keeps below 100 ms. */
const runMs = 30
const startRows = 64
/** Each size is tried twice a round and its fastest run counts: others were held up by what else the machine does. */
const rounds = 3
/** A larger size has to be faster by so much: a stop waits for the end of a run. */
const gain = 0.02

/**
 * How many rows a run of a model is fastest with, a power of two from 1 to a scanned batch. LightGBM's 100 trees take 3.3 us
 * a row in runs of 128 and 3.0 in runs of 2,048, a logistic regression 0.4 and 0.04; wide layers are fastest while they
 * fit into the cache.
 * @param msOf runs the model on so many rows and tells how long it took, in milliseconds
 */
export async function fastestRows(msOf: (rows: number) => Promise<number>): Promise<number> {
  const fastest = new Map<number, number>()
  const measure = async (rows: number): Promise<number> => {
    const ms = Math.min(fastest.get(rows) ?? Infinity, await msOf(rows), await msOf(rows))
    fastest.set(rows, ms)
    return ms
  }
  const first = await measure(startRows)
  if (first > runMs) return Math.max(1, 2 ** Math.floor(Math.log2((startRows * runMs) / first)))

  for (let round = 0; round < rounds; round += 1)
    for (let rows = startRows, ms = 0; rows <= scanBatchRows; rows *= 2) {
      if (2 * ms > runMs) break
      ms = await measure(rows)
    }
  let best = startRows
  const perRow = (rows: number): number => fastest.get(rows)! / rows
  for (const rows of fastest.keys()) if (perRow(rows) < perRow(best) * (1 - gain)) best = rows
  return best
}
