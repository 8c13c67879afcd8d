import type { Pool } from 'pg'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import { inTransaction } from '../../data/postgres/in-transaction'
import type { ModelKeys } from '../model-keys'
import { loadArtifact } from './model-artifact'
import type { PackageFile } from './model-package'
import { versionNotFound, type ModelVersionName } from './version-not-found'

/** What is stored of a version beside its files' contents. */
export interface StoredVersion {
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
  /** File name -> sha256. */
  readonly files: Readonly<Partial<Record<PackageFile, string>>>
}

/**
 * Loads a version and the plain contents of the files that `choose` names, from one snapshot of the database.
 * @throws NightscoreError MODEL_NOT_FOUND, MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT
 */
export async function loadPackageFiles(
  pool: Pool,
  keys: ModelKeys,
  name: ModelVersionName,
  choose: (version: StoredVersion) => readonly PackageFile[],
): Promise<StoredVersion & { readonly contents: ReadonlyMap<PackageFile, Uint8Array> }> {
  return inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const { rows } = await client.query<StoredVersion>(
      `SELECT manifest, signature, files
       FROM nightscore.model_version WHERE model = $1 AND version = $2`,
      [name.model, name.version],
    )
    const version = rows[0]
    if (!version) throw await versionNotFound(client, name.model, String(name.version))
    const contents = new Map<PackageFile, Uint8Array>()
    for (const file of choose(version)) {
      const sha256 = version.files[file]
      if (sha256 !== undefined) contents.set(file, await loadArtifact(client, sha256, keys))
    }
    return { ...version, contents }
  })
}
