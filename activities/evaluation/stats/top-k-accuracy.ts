const { isNaN } = Number

/** Rows whose label is among the k highest probabilities, and all rows. */
export interface TopKCounts {
  readonly hits: number
  readonly rows: number
}

/**
 * Mergeable share of rows whose label is among the k classes of highest probability. Of equal probabilities the class
 * with the higher code counts as the higher one: scikit-learn's stable sort, read backwards. Rows with a NaN are left out.
 *
 * - `add(counts, probabilities, classCount, labels, k)`: row-major [rows x classCount], codes 0 to K - 1.
 * - `extract(counts)`: 0 to 1; null without rows; 1 when k >= classCount.
 *
 * Equals `sklearn.metrics.top_k_accuracy_score(k=k, labels=range(K))` for 3 classes and more.
 */
export const topKAccuracy = { create, add, merge, extract }

function create(): TopKCounts {
  return { hits: 0, rows: 0 }
}

function add(
  counts: TopKCounts,
  probabilities: Float64Array | Float32Array,
  classCount: number,
  labels: Int32Array,
  k: number,
): TopKCounts {
  let { hits, rows } = counts
  for (let i = 0; i < labels.length; i++) {
    const start = i * classCount
    const label = labels[i]!
    const own = probabilities[start + label]!
    let [higher, broken] = [0, false]
    for (let c = 0; c < classCount; c++) {
      const probability = probabilities[start + c]!
      if (isNaN(probability)) broken = true
      if (probability > own || (probability === own && c > label)) higher++
    }
    if (broken) continue
    rows++
    if (higher < k) hits++
  }
  return { hits, rows }
}

function merge(a: TopKCounts, b: TopKCounts): TopKCounts {
  return { hits: a.hits + b.hits, rows: a.rows + b.rows }
}

function extract({ hits, rows }: TopKCounts): number | null {
  return rows === 0 ? null : hits / rows
}
