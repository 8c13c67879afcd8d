import type { ClientBase, Pool } from 'pg'
import { machineName } from '../machine-name'
import type { GoldenMeasure } from '../measure-golden'
import { runtimeVersion } from '../open-session'
import type { ModelVersionName } from './version-not-found'

/** Golden rows of a version scored by one ONNX Runtime on one kind of machine: a row of nightscore.golden_agreement. */
export interface GoldenAgreement extends Omit<GoldenMeasure, 'worst'> {
  readonly runtimeVersion: string
  readonly machine: string
  readonly verdict: 'ok' | 'fail'
  readonly checkedAt: Date
}

const selectAgreements = `
  SELECT runtime_version AS "runtimeVersion", machine, rows, agreeing_rows AS "agreeingRows", label_flips AS "labelFlips",
         max_abs_difference AS "maxAbsDifference", max_rel_difference AS "maxRelDifference", verdict, checked_at AS "checkedAt"
  FROM nightscore.golden_agreement WHERE model = $1 AND version = $2`

/** All of a version, the newest first. */
export async function goldenAgreements(
  db: ClientBase | Pool,
  { model, version }: ModelVersionName,
): Promise<GoldenAgreement[]> {
  const { rows } = await db.query<GoldenAgreement>(
    `${selectAgreements} ORDER BY checked_at DESC, runtime_version, machine`,
    [model, version],
  )
  return rows
}

/** Whether the golden rows of a version are known to agree under the ONNX Runtime and on the machine of this process. */
export async function agreesHere(
  db: ClientBase | Pool,
  { model, version }: ModelVersionName,
): Promise<boolean> {
  const { rows } = await db.query<GoldenAgreement>(
    `${selectAgreements} AND runtime_version = $3 AND machine = $4 AND verdict = 'ok'`,
    [model, version, runtimeVersion, machineName],
  )
  return rows.length > 0
}

/** Keeps what was measured in this process. */
export async function writeAgreement(
  db: ClientBase | Pool,
  { model, version }: ModelVersionName,
  { rows, agreeingRows, labelFlips, maxAbsDifference, maxRelDifference, worst }: GoldenMeasure,
): Promise<void> {
  await db.query(
    `INSERT INTO nightscore.golden_agreement
       (model, version, runtime_version, machine, rows, agreeing_rows, label_flips, max_abs_difference, max_rel_difference, verdict)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (model, version, runtime_version, machine) DO UPDATE SET rows = excluded.rows, agreeing_rows = excluded.agreeing_rows,
       label_flips = excluded.label_flips, max_abs_difference = excluded.max_abs_difference,
       max_rel_difference = excluded.max_rel_difference, verdict = excluded.verdict, checked_at = now()`,
    [
      model,
      version,
      runtimeVersion,
      machineName,
      rows,
      agreeingRows,
      labelFlips,
      maxAbsDifference,
      maxRelDifference,
      worst === null ? 'ok' : 'fail',
    ],
  )
}
