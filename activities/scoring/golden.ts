import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Pool } from 'pg'
import type { ModelManifest } from '../../schemas/model-manifest'
import { refuseGolden } from './check-golden'
import { measureGolden, type GoldenMeasure } from './measure-golden'
import type { ModelKeys } from './model-keys'
import { openSession } from './open-session'
import { agreesHere, writeAgreement } from './registry/golden-agreements'
import { loadPackageFiles } from './registry/load-package-files'
import type { ModelVersionName } from './registry/version-not-found'

const checked = new WeakMap<Pool, Map<string, Promise<void>>>()

/**
 * Scores the golden rows of a version where they were never found to agree under the ONNX Runtime and on the machine of this
 * process, and keeps what came of it in nightscore.golden_agreement; once in a process. Without golden rows there is nothing to do.
 * @throws NightscoreError MODEL_GOLDEN_MISMATCH, MODEL_NOT_FOUND, MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT
 */
export async function ensureGolden(
  pool: Pool,
  keys: ModelKeys,
  model: string,
  version: number,
): Promise<void> {
  const ofPool = checked.get(pool) ?? new Map<string, Promise<void>>()
  checked.set(pool, ofPool)
  const reference = `${model}@${version}`
  const running = ofPool.get(reference) ?? ensure(pool, keys, { model, version })
  ofPool.set(reference, running)
  try {
    await running
  } catch (error) {
    ofPool.delete(reference)
    throw error
  }
}

async function ensure(pool: Pool, keys: ModelKeys, name: ModelVersionName): Promise<void> {
  if (await agreesHere(pool, name)) return
  const found = await recheckGolden(pool, keys, name)
  if (found) refuseGolden(found.measure, found.manifest)
}

/**
 * Scores the golden rows of a version in this process, and keeps what came of it, agreement or not.
 * @returns null for a version without golden rows
 * @throws NightscoreError MODEL_NOT_FOUND, MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT
 */
export async function recheckGolden(
  pool: Pool,
  keys: ModelKeys,
  name: ModelVersionName,
): Promise<{ readonly measure: GoldenMeasure; readonly manifest: ModelManifest } | null> {
  const needed = ['model.onnx', 'golden.parquet'] as const
  const { manifest, signature, contents } = await loadPackageFiles(pool, keys, name, ({ files }) =>
    'golden.parquet' in files ? needed : [],
  )
  const [onnx, golden] = needed.map((file) => contents.get(file))
  if (!onnx || !golden) return null
  const folder = await mkdtemp(path.join(tmpdir(), 'nightscore-golden-'))
  try {
    await writeFile(path.join(folder, 'golden.parquet'), golden)
    const session = await openSession(onnx, signature)
    try {
      const measure = await measureGolden(folder, { session, manifest, signature })
      await writeAgreement(pool, name, measure)
      return { measure, manifest }
    } finally {
      await session.release()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
