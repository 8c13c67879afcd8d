import path from 'node:path'
import { openSandbox } from '../../../activities/data/sandbox'
import type { PlannedFeature, ScanPlan } from '../../../activities/data/scan-plan'
import { describeFile } from '../../../activities/data/source-file'
import { predictionColumns } from '../../../activities/scoring/predict'
import { readModelPackage } from '../../../activities/scoring/registry/model-package'
import { openPackage } from '../../../activities/scoring/registry/open-package'
import type { ScoreShardTask, ThreadModel } from '../../../activities/scoring/score-shard-task'
import type { ModelManifest } from '../../../schemas/model-manifest'
import { duckdb } from '../../stack/scenario'

export const rowCount = 50_000

/** The model of test/golden/models/quality-rules: a is quarantined where null, b outside 0 to 10, c where it is not x, y or z. */
export async function qualityRules(): Promise<ThreadModel> {
  const { manifest, files } = await readModelPackage(
    path.resolve(__dirname, '../../golden/models/quality-rules'),
  )
  const { bytes: plain, sha256 } = files.get('model.onnx')!
  const { session, signature } = await openPackage(plain, manifest)
  await session.release()
  const bytes = new SharedArrayBuffer(plain.byteLength)
  new Uint8Array(bytes).set(plain)
  return { sha256, bytes, manifest, signature }
}

/** Rows for it: one in 20 without a, one in 1,000 with a b of 11. */
export async function writeRows(file: string): Promise<void> {
  await duckdb(
    `COPY (SELECT i::bigint AS id, 'note ' || i AS note, CASE WHEN i % 20 = 3 THEN NULL ELSE (i % 97)::float END AS a,
       CASE WHEN i % 1000 = 5 THEN 11 ELSE (i % 10)::float END AS b, ['x', 'y', 'z'][1 + (i % 3)::int] AS c, (i % 7)::float AS d
     FROM range(${rowCount}) t(i)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 10000)`,
  )
}

export function plannedFeatures({ features }: Pick<ModelManifest, 'features'>): PlannedFeature[] {
  return features.map(({ name, type }) => ({
    name,
    sql: `"${name}"`,
    elementType: 'float32',
    sourceType: type === 'category' ? 'VARCHAR' : 'FLOAT',
    mayFail: false,
  }))
}

/** All rows of the file as shard 3, to be sent as COPY bytes. */
export async function shardOf(
  model: ThreadModel,
  file: string,
  where: string | null = null,
): Promise<ScoreShardTask> {
  const folder = path.dirname(file)
  const sandbox = await openSandbox([folder], { threads: 1 })
  const scan: ScanPlan = {
    keys: [{ name: 'id', sql: '"id"', type: 'bigint' }],
    carry: [{ name: 'note', sql: '"note"', type: 'text' }],
    features: plannedFeatures(model.manifest),
    where,
    batch: '2013-07-04',
    columns: [],
  }
  const described = await describeFile(sandbox, file, null)
  sandbox.close()
  return {
    shardNo: 3,
    roots: [folder],
    file: described,
    rowStart: 0,
    rowEnd: rowCount,
    scan,
    model,
    keys: scan.keys,
    carry: scan.carry,
    predictions: predictionColumns(model.manifest, model.signature),
    copy: true,
    parquet: null,
    shadow: null,
    profile: {
      referenceId: null,
      reference: null,
      segments: null,
      segmentColumns: [],
      batch: 'b',
      batchRows: rowCount,
    },
  }
}
