import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Pool } from 'pg'
import type { Deps } from '../../deps'
import { openSession } from '../../scoring/open-session'
import { loadPackageFiles } from '../../scoring/registry/load-package-files'
import { packageContent } from './package-content'
import { referenceIdentity } from './reference-identity'
import type { ReferenceContent } from './reference-content'
import { findReference, storeReference, type NewReference } from './store-reference'

/** What is needed of a worker to make references. */
export type ReferenceDeps = Pick<Deps, 'connections' | 'modelKeys'>

/**
 * The reference of a model version's own package: all rows of its reference.parquet. Made once for each set of segment columns,
 * without any when the version is registered.
 * @param segments names of segment columns, in any order
 * @returns its id; null where the package has no reference.parquet
 * @throws NightscoreError MODEL_NOT_FOUND, MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT, MODEL_RUN_FAILED, REFERENCE_INVALID
 */
export async function packageReference(
  { connections, modelKeys }: ReferenceDeps,
  model: string,
  version: number,
  segments: readonly string[],
): Promise<string | null> {
  const pool = connections.control
  const sha256 = await packageDigest(pool, model, version)
  const identity = packageIdentity(sha256, segments)
  const known = await findReference(pool, identity)
  if (known !== null) return known
  const needed = ['model.onnx', 'reference.parquet'] as const
  const stored = await loadPackageFiles(pool, modelKeys, { model, version }, ({ files }) =>
    'reference.parquet' in files ? needed : [],
  )
  const [onnx, reference] = needed.map((name) => stored.contents.get(name))
  if (!onnx || !reference) return null
  const content = await inFolder(reference, async (folder) => {
    const session = await openSession(onnx, stored.signature)
    try {
      return await packageContent(folder, { ...stored, session }, segments)
    } finally {
      await session.release()
    }
  })
  return storeReference(pool, newPackageReference({ model, version, sha256, segments, content }))
}

/** The reference of a package whose content is known. */
export function newPackageReference({
  model,
  version,
  sha256,
  segments,
  content,
}: {
  readonly model: string
  readonly version: number
  readonly sha256: string
  readonly segments: readonly string[]
  readonly content: ReferenceContent
}): NewReference {
  const source = { model: `${model}@${version}`, file: 'reference.parquet', segments: inOrder(segments) }
  return { ...content, identity: packageIdentity(sha256, segments), kind: 'model', source, model, version }
}

function packageIdentity(sha256: string, segments: readonly string[]): string {
  return referenceIdentity('model', sha256, inOrder(segments))
}

function inOrder(segments: readonly string[]): string[] {
  return [...new Set(segments)].sort()
}

async function packageDigest(pool: Pool, model: string, version: number): Promise<string> {
  const { rows } = await pool.query<{ package_sha256: string }>(
    'SELECT package_sha256 FROM nightscore.model_version WHERE model = $1 AND version = $2',
    [model, version],
  )
  return rows[0]?.package_sha256 ?? `${model}@${version}` // loadPackageFiles says what is wrong with it
}

async function inFolder<T>(reference: Uint8Array, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'nightscore-reference-'))
  try {
    await writeFile(path.join(folder, 'reference.parquet'), reference)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
