import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common'

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)

/**
 * What runs are found by in the Temporal UI, as in `NightscoreJob = "flights-late"`. They are plain text on the server: names only,
 * no personal data.
 */
const searchAttributes = {
  job: keyword('NightscoreJob'),
  batch: keyword('NightscoreBatch'),
  model: keyword('NightscoreModel'),
  verdict: keyword('NightscoreVerdict'),
} as const

/** As Temporal takes them. */
export function attributePairs(
  values: Readonly<Partial<Record<keyof typeof searchAttributes, string>>>,
): SearchAttributePair[] {
  return Object.entries(values).map(([name, value]) => ({
    key: searchAttributes[name as keyof typeof searchAttributes],
    value,
  }))
}
