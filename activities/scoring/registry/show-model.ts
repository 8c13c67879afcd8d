import type { Pool } from 'pg'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import type { PromotionGate } from '../../../schemas/promotion'
import { goldenAgreements, type GoldenAgreement } from './golden-agreements'
import { versionNotFound } from './version-not-found'

export interface ModelVersionDetails {
  readonly version: number
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
  /** File name -> sha256. */
  readonly files: Readonly<Record<string, string>>
  /** ONNX Runtime of the golden check. */
  readonly runtimeVersion: string
  readonly golden: {
    readonly rows: number
    readonly max_abs_difference: number
    readonly max_rel_difference: number
  } | null
  /** The golden rows on each kind of machine and under each ONNX Runtime that scored them, the newest first. */
  readonly agreements: readonly GoldenAgreement[]
  /** Which key encrypted model.onnx; null: it is stored as it is. */
  readonly keyId: string | null
  readonly sizeBytes: number
  readonly createdAt: Date
  readonly createdBy: string
}

export interface AliasMove {
  readonly alias: string
  readonly version: number
  readonly formerVersion: number | null
  readonly changedAt: Date
  readonly changedBy: string
  readonly why: string | null
  readonly action: 'promote' | 'rollback'
  /** true: a gate refused it, and it was forced. */
  readonly forced: boolean
  /** null: no gate was asked. */
  readonly gates: readonly PromotionGate[] | null
}

export interface ModelDetails {
  readonly name: string
  readonly task: ModelManifest['task']
  /** Alias -> version. */
  readonly aliases: Readonly<Record<string, number>>
  /** The newest first. */
  readonly versions: readonly ModelVersionDetails[]
  /** The newest first. */
  readonly history: readonly AliasMove[]
}

/** Everything about one model but its bytes. @throws NightscoreError MODEL_NOT_FOUND naming the nearest */
export async function showModel(pool: Pool, name: string): Promise<ModelDetails> {
  const model = await pool.query<{ task: ModelManifest['task'] }>(
    'SELECT task FROM nightscore.model WHERE name = $1',
    [name],
  )
  if (!model.rows[0]) throw await versionNotFound(pool, name, null)
  const aliases = await pool.query<{ alias: string; version: number }>(
    'SELECT alias, version FROM nightscore.model_alias WHERE model = $1 ORDER BY alias',
    [name],
  )
  const versions = await pool.query<Omit<ModelVersionDetails, 'agreements'>>(
    `SELECT v.version, v.manifest, v.signature, v.files, v.runtime_version AS "runtimeVersion", v.golden,
       a.key_id AS "keyId", a.size_bytes::float8 AS "sizeBytes", v.created_at AS "createdAt", v.created_by AS "createdBy"
     FROM nightscore.model_version v JOIN nightscore.model_artifact a ON a.sha256 = v.files ->> 'model.onnx'
     WHERE v.model = $1 ORDER BY v.version DESC`,
    [name],
  )
  const history = await pool.query<AliasMove>(
    `SELECT alias, version, former_version AS "formerVersion", changed_at AS "changedAt", changed_by AS "changedBy", why,
       action, forced, gates
     FROM nightscore.model_alias_history WHERE model = $1 ORDER BY id DESC`,
    [name],
  )
  return {
    name,
    task: model.rows[0].task,
    aliases: Object.fromEntries(aliases.rows.map(({ alias, version }) => [alias, version])),
    versions: await Promise.all(
      versions.rows.map(async (version) => ({
        ...version,
        agreements: await goldenAgreements(pool, { model: name, version: version.version }),
      })),
    ),
    history: history.rows,
  }
}
