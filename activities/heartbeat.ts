/** What a long activity tells while it works and listens to. */
export interface Heartbeat {
  /** Sets what the next heartbeat carries; a hint for people, never the truth. */
  detail(detail: Readonly<Record<string, number>>): void
  /** Aborts when the activity is cancelled or its worker stops. */
  readonly signal: AbortSignal
}
