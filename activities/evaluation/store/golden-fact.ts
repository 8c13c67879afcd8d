import type { Pool } from 'pg'
import type { ReportGolden } from '../../../schemas/report'
import { goldenAgreements } from '../../scoring/registry/golden-agreements'

/** What a report tells of the golden rows of a version: the newest check of them, wherever that was; null: none. */
export async function goldenFact(db: Pool, model: string, version: number): Promise<ReportGolden | null> {
  const [newest] = await goldenAgreements(db, { model, version })
  if (newest === undefined) return null
  const { rows, agreeingRows, runtimeVersion, machine, checkedAt } = newest
  return { rows, agreeingRows, runtimeVersion, machine, checkedAt: checkedAt.toISOString() }
}
