import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { inTransaction } from '../../data/postgres/in-transaction'
import type { ModelKeys } from '../model-keys'
import { loadArtifact } from './model-artifact'
import { sealBytes } from './seal-bytes'

/**
 * Encrypts every stored file that the current key did not, each in a transaction of its own: it may be stopped and
 * repeated, and workers read on (they need the former keys in NIGHTSCORE_MODEL_KEYS_OLD until it is done).
 * @returns how many files were encrypted anew, and how many the current key had encrypted already
 * @throws NightscoreError CONFIG_INVALID without a current key; MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT
 */
export async function rotateModelKeys(
  pool: Pool,
  keys: ModelKeys,
): Promise<{ readonly rotated: number; readonly current: number }> {
  const key = keys.current
  if (key === null)
    throw new NightscoreError('CONFIG_INVALID', {
      found: 'no NIGHTSCORE_MODEL_KEY',
      expected: 'the key that models are to be encrypted with',
    })
  const { rows } = await pool.query<{ sha256: string; key_id: string | null }>(
    'SELECT sha256, key_id FROM nightscore.model_artifact ORDER BY sha256',
  )
  const outdated = rows.filter((row) => row.key_id !== key.id)
  for (const { sha256 } of outdated)
    await inTransaction(pool, async (client) => {
      await client.query('SELECT FROM nightscore.model_artifact WHERE sha256 = $1 FOR UPDATE', [sha256])
      const sealed = await sealBytes(await loadArtifact(client, sha256, keys), sha256, key)
      await client.query(
        'UPDATE nightscore.model_artifact SET bytes = $2, key_id = $3, nonce = $4 WHERE sha256 = $1',
        [sha256, sealed.bytes, sealed.keyId, sealed.nonce],
      )
    })
  return { rotated: outdated.length, current: rows.length - outdated.length }
}
