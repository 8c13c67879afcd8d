/** One thing that a promotion asks for, and what was found: an element of nightscore.model_alias_history.gates. */
export interface PromotionGate {
  readonly gate: 'registered' | 'golden' | 'comparison'
  /** The job that asks for it; null: every promotion does. */
  readonly job: string | null
  readonly verdict: 'ok' | 'fail' | 'skipped'
  readonly found: string
  /** How to get what is missing; null: nothing is. */
  readonly fix: string | null
}
