/** What a check came to. `fix` is told where something is to be done. */
export interface Finding {
  readonly verdict: 'ok' | 'warn' | 'fail'
  /** What was found, in a few words. */
  readonly detail: string
  readonly fix?: string
}

export interface Check {
  readonly name: string
  /** A throw is a failed check, its message the detail. */
  readonly run: () => Promise<Finding> | Finding
}

export const ok = (detail: string): Finding => ({ verdict: 'ok', detail })
export const warn = (detail: string, fix: string): Finding => ({ verdict: 'warn', detail, fix })
export const fail = (detail: string, fix: string): Finding => ({ verdict: 'fail', detail, fix })
