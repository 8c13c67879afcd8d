/** Why a row was quarantined instead of scored; `nightscore.quarantine.reason_code`. */
export const quarantineReasons = {
  KEY_NULL: 'a key column is null',
  KEY_TOO_LONG: 'the key columns together are over 2,000 bytes, more than a Postgres index entry holds',
  TEXT_HAS_NUL: 'a key or carried text holds the character NUL, which Postgres text cannot',
  MISSING: 'a feature is null or NaN and the model has no rule for it',
  INFINITE: 'a feature is infinite',
  OUT_OF_RANGE: 'a feature is below min or above max',
  UNKNOWN_CATEGORY: 'a category is not among the model’s and the model has no code for unknown ones',
  NOT_CONVERTIBLE: 'a value cannot be converted to the feature’s type',
  LIST_LENGTH: 'a list feature has another length than the model takes',
  SCORE_NOT_FINITE: 'the model’s answer is NaN or infinite',
} as const

export type QuarantineReason = keyof typeof quarantineReasons
