import { closest } from 'fastest-levenshtein'
import { NightscoreError } from '../../schemas/errors'
import { carriedColumns, type JobFile } from '../../schemas/job-file'
import type { ElementType, ModelManifest, ModelSignature } from '../../schemas/model-manifest'
import { plannedColumn, type SourceColumn } from './column-type'
import { expressionInvalid } from './diagnose-scan'
import { featureSql } from './feature-sql'
import { quoteIdentifier } from './quote-identifier'
import type { Sandbox } from './sandbox'
import type { PlannedFeature, ScanPlan } from './scan-plan'
import { expressionSql } from './scan-sql'
import type { SourceScope } from './source'

export interface DescribedSource {
  readonly sandbox: Sandbox
  /** A relation named source, with or without rows. */
  readonly relation: string
  readonly columns: readonly SourceColumn[]
  readonly scope: Pick<SourceScope, 'job' | 'batch' | 'signal'>
}

/**
 * The scan of a described source for one model version.
 * @throws COLUMN_MISSING naming the nearest column
 * @throws COLUMN_TYPE_UNSUPPORTED
 * @throws EXPRESSION_INVALID with DuckDB's message
 */
export async function planScan(
  source: DescribedSource,
  manifest: ModelManifest,
  signature: ModelSignature,
): Promise<ScanPlan> {
  const { job, batch } = source.scope
  const features = await planFeatures(source, manifest, signature)
  const where = job.source.where ?? null
  if (where !== null) {
    const type = await typeOf(source, 'where', where)
    if (type !== 'BOOLEAN') throw expressionInvalid('where', where, new Error(`it is ${type}, not BOOLEAN`))
  }
  return {
    keys: job.key.map((name) => plannedColumn(columnNamed(source, name, 'key'))),
    carry: carriedColumns(job).map((name) => plannedColumn(columnNamed(source, name, carriedBy(job, name)))),
    features,
    where,
    batch,
    columns: source.columns,
  }
}

/**
 * How a model's features are read: by the job's expressions, else from the columns of their names.
 * @throws COLUMN_MISSING, COLUMN_TYPE_UNSUPPORTED, EXPRESSION_INVALID as above
 */
export async function planFeatures(
  source: DescribedSource,
  manifest: ModelManifest,
  signature: ModelSignature,
): Promise<PlannedFeature[]> {
  const features: PlannedFeature[] = []
  for (const feature of manifest.features) {
    const expression = source.scope.job.features[feature.name]
    const sql =
      expression ?? quoteIdentifier(columnNamed(source, feature.name, `feature "${feature.name}"`).name)
    const sourceType = await typeOf(source, `feature "${feature.name}"`, sql)
    const elementType = elementTypeOf(feature.name, manifest, signature)
    const planned = { name: feature.name, sql, elementType, sourceType }
    features.push({ ...planned, mayFail: featureSql(feature, 'x', planned).bad !== null })
  }
  return features
}

const carriedBy = (job: JobFile, name: string): string =>
  job.carry.includes(name) ? 'carry' : 'monitor.segments'

function columnNamed({ columns }: DescribedSource, name: string, asked: string): SourceColumn {
  const found = columns.find((column) => column.name === name)
  if (found) return found
  const names = columns.map((column) => column.name)
  throw new NightscoreError('COLUMN_MISSING', {
    found: `no column "${name}" (${asked})`,
    expected:
      names.length > 0
        ? `one of ${names.join(', ')}; the nearest is "${closest(name, names)}"`
        : 'columns, but the source has none',
  })
}

/** The DuckDB type of an expression; $batch is bound, so that its casts are checked too. */
async function typeOf(
  { sandbox, relation, scope }: DescribedSource,
  name: string,
  sql: string,
): Promise<string> {
  try {
    return await sandbox.using(async (connection) => {
      const prepared = await connection.prepare(`SELECT ${expressionSql(sql)} AS x FROM ${relation} LIMIT 0`)
      if (prepared.parameterCount > 0) prepared.bind({ batch: scope.batch })
      return String((await prepared.run()).columnType(0))
    }, scope.signal)
  } catch (cause) {
    scope.signal.throwIfAborted()
    throw expressionInvalid(name, sql, cause)
  }
}

function elementTypeOf(feature: string, manifest: ModelManifest, signature: ModelSignature): ElementType {
  const tensor = manifest.input?.tensor ?? feature
  const input = signature.inputs.find(({ name }) => name === tensor)
  if (input) return input.type
  throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
    found: `no input tensor "${tensor}"`,
    expected: `one of ${signature.inputs.map(({ name }) => name).join(', ')}`,
  })
}
