/** How far results lie from an oracle's, by metric. */
export class Deviations {
  private readonly metrics = new Map<string, { cases: number; largest: number }>()

  /**
   * One case: fails where a number deviates by more than `allowed` from the expected one, relative to that or to `near`,
   * whichever is larger: by default 1e-9 relative, and 1e-12 absolute near 0. Null deviates from every number.
   */
  check(
    metric: string,
    found: readonly (number | null)[],
    expected: readonly (number | null)[],
    { near = 1e-3, allowed = 1e-9 }: { readonly near?: number; readonly allowed?: number } = {},
  ): void {
    const entry = this.metrics.get(metric) ?? { cases: 0, largest: 0 }
    this.metrics.set(metric, entry)
    const each = expected.map((value, i) => deviation(found[i] ?? null, value, near))
    const largest = found.length === expected.length ? Math.max(0, ...each) : Infinity
    entry.cases += 1
    entry.largest = Math.max(entry.largest, largest)
    if (largest > allowed)
      throw new Error(
        `${metric}: found ${found.join(', ')}; expected ${expected.join(', ')}; deviation ${largest}, allowed ${allowed}`,
      )
  }

  /** A line per metric: cases and largest deviation, relative. */
  table(): string {
    const lines = [...this.metrics].map(
      ([metric, { cases, largest }]) =>
        `${metric.padEnd(22)} ${String(cases).padStart(4)} cases, largest deviation ${largest === 0 ? '0' : largest.toExponential(1)}`,
    )
    return `${lines.join('\n')}\n`
  }
}

function deviation(found: number | null, expected: number | null, near: number): number {
  if (found === expected) return 0
  if (found === null || expected === null || Number.isNaN(found)) return Infinity
  return Math.abs(found - expected) / Math.max(Math.abs(expected), near)
}
