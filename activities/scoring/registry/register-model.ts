import type { ClientBase, Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { inTransaction } from '../../data/postgres/in-transaction'
import { packageContent } from '../../evaluation/references/package-content'
import { newPackageReference } from '../../evaluation/references/package-reference'
import type { ReferenceContent } from '../../evaluation/references/reference-content'
import { insertReference } from '../../evaluation/references/store-reference'
import { checkGolden } from '../check-golden'
import type { GoldenMeasure } from '../measure-golden'
import type { ModelKeys } from '../model-keys'
import { runtimeVersion } from '../open-session'
import { checkPackageFeatures, type OpenedModel } from '../score-package-file'
import { writeAgreement } from './golden-agreements'
import { storeArtifact } from './model-artifact'
import { readModelPackage, type ModelPackage } from './model-package'
import { openPackage } from './open-package'

export interface RegisteredModel {
  readonly model: string
  readonly version: number
  /** false: this very package was registered before, as `version`. */
  readonly created: boolean
  /** What its golden check came to; null: the package has no golden rows. */
  readonly golden: GoldenResult | null
}

/**
 * Registers the package in `folder` as the model's next version. The same package again is the version that it is.
 * Nothing is stored unless all checks pass: the manifest, the signature, the golden rows, the reference. Its reference
 * profile, without segments, is stored beside it.
 * @param options.by who registers it
 * @throws NightscoreError MODEL_FILE_MISSING, MODEL_MANIFEST_INVALID, MODEL_NOT_ONNX, MODEL_SIGNATURE_MISMATCH,
 *   MODEL_OUTPUT_NOT_TENSOR, MODEL_RUN_FAILED, MODEL_GOLDEN_INVALID, MODEL_GOLDEN_MISMATCH, REFERENCE_INVALID
 */
export async function registerModel(
  pool: Pool,
  folder: string,
  options: { readonly keys: ModelKeys; readonly by: string },
): Promise<RegisteredModel> {
  const modelPackage = await readModelPackage(folder)
  const known = await findPackage(pool, modelPackage)
  if (known) return known

  const opened = await openPackage(modelPackage.files.get('model.onnx')!.bytes, modelPackage.manifest)
  try {
    const checked = await checkFiles(modelPackage, opened)
    return await inTransaction(pool, (client) =>
      insertVersion(client, modelPackage, opened, checked, options),
    )
  } finally {
    await opened.session.release()
  }
}

/** What the golden check came to; stored with the version. */
export type GoldenResult = Pick<GoldenMeasure, 'rows' | 'maxAbsDifference' | 'maxRelDifference'>

/** What the optional files of a package come to; null where it has no such file. */
interface CheckedFiles {
  readonly golden: GoldenMeasure | null
  readonly reference: ReferenceContent | null
}

async function checkFiles({ folder, files }: ModelPackage, opened: OpenedModel): Promise<CheckedFiles> {
  const hasReference = files.has('reference.parquet')
  // cheap, so first
  if (hasReference) await checkPackageFeatures(folder, 'reference.parquet', opened)
  const golden = files.has('golden.parquet') ? await checkGolden(folder, opened) : null
  return { golden, reference: hasReference ? await packageContent(folder, opened, []) : null }
}

async function findPackage(
  client: ClientBase | Pool,
  { manifest, sha256 }: ModelPackage,
): Promise<RegisteredModel | null> {
  const { rows } = await client.query<{ version: number; golden: GoldenJson | null }>(
    'SELECT version, golden FROM nightscore.model_version WHERE model = $1 AND package_sha256 = $2',
    [manifest.name, sha256],
  )
  const [row] = rows
  return row
    ? { model: manifest.name, version: row.version, created: false, golden: fromJson(row.golden) }
    : null
}

/** The lock on the model's row makes versions of one model one after the other, whoever registers. */
async function insertVersion(
  client: ClientBase,
  modelPackage: ModelPackage,
  { signature }: OpenedModel,
  { golden, reference }: CheckedFiles,
  { keys, by }: { readonly keys: ModelKeys; readonly by: string },
): Promise<RegisteredModel> {
  const { manifest, files, sha256 } = modelPackage
  await lockModel(client, modelPackage)
  const known = await findPackage(client, modelPackage)
  if (known) return known

  for (const { sha256: digest, bytes } of files.values()) await storeArtifact(client, digest, bytes, keys)
  const digests = Object.fromEntries([...files].map(([name, file]) => [name, file.sha256]))
  const { rows } = await client.query<{ version: number }>(
    `INSERT INTO nightscore.model_version
       (model, version, package_sha256, manifest, signature, files, runtime_version, golden, created_by)
     SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8
     FROM nightscore.model_version WHERE model = $1
     RETURNING version`,
    [manifest.name, sha256, manifest, signature, digests, runtimeVersion, golden && toJson(golden), by],
  )
  const { version } = rows[0]!
  const model = manifest.name
  if (golden !== null) await writeAgreement(client, { model, version }, golden)
  if (reference !== null)
    await insertReference(
      client,
      newPackageReference({ model, version, sha256, segments: [], content: reference }),
    )
  return { model, version, created: true, golden: golden && fromJson(toJson(golden)) }
}

async function lockModel(client: ClientBase, { manifest }: ModelPackage): Promise<void> {
  await client.query('INSERT INTO nightscore.model (name, task) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    manifest.name,
    manifest.task,
  ])
  const { rows } = await client.query<{ task: string }>(
    'SELECT task FROM nightscore.model WHERE name = $1 FOR UPDATE',
    [manifest.name],
  )
  const task = rows[0]?.task
  if (task !== manifest.task)
    throw new NightscoreError('MODEL_MANIFEST_INVALID', {
      found: `model.yaml: task ${manifest.task}`,
      expected: `${task}, the task of the versions of ${manifest.name} so far, or another name`,
    })
}

/** GoldenResult as the column nightscore.model_version.golden has it. */
interface GoldenJson {
  readonly rows: number
  readonly max_abs_difference: number
  readonly max_rel_difference: number
}

function toJson({ rows, maxAbsDifference, maxRelDifference }: GoldenResult): GoldenJson {
  return { rows, max_abs_difference: maxAbsDifference, max_rel_difference: maxRelDifference }
}

function fromJson(golden: GoldenJson | null): GoldenResult | null {
  return (
    golden && {
      rows: golden.rows,
      maxAbsDifference: golden.max_abs_difference,
      maxRelDifference: golden.max_rel_difference,
    }
  )
}
