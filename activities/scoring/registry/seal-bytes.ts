import { randomBytes, webcrypto } from 'node:crypto'
import { NightscoreError } from '../../../schemas/errors'
import type { ModelKey, ModelKeys } from '../model-keys'

/** A file of a model package as it is stored. */
export interface SealedBytes {
  /** The content; with a key: AES-256-GCM ciphertext followed by the 16-byte tag. */
  readonly bytes: Uint8Array
  readonly keyId: string | null
  /** 12 random bytes; null without a key. */
  readonly nonce: Uint8Array | null
}

const { subtle } = webcrypto // works on its own threads: a big model does not stop the heartbeats

/** SHA-256 of the bytes, hexadecimal. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await subtle.digest('SHA-256', bytes)).toString('hex')
}

/** Encrypts `plain` with the key, bound to its sha256 as additional data; without a key, leaves it as it is. */
export async function sealBytes(
  plain: Uint8Array,
  sha256: string,
  key: ModelKey | null,
): Promise<SealedBytes> {
  if (key === null) return { bytes: plain, keyId: null, nonce: null }
  const nonce = randomBytes(12)
  const sealed = await subtle.encrypt(algorithm(nonce, sha256), await importKey(key), plain)
  return { bytes: new Uint8Array(sealed), keyId: key.id, nonce }
}

/**
 * The plain content of stored bytes.
 * @throws NightscoreError MODEL_KEY_MISSING naming the key's id; MODEL_BYTES_CORRUPT where the content is not what the
 *   sha256 says
 */
export async function unsealBytes(sealed: SealedBytes, sha256: string, keys: ModelKeys): Promise<Uint8Array> {
  const plain = await decrypt(sealed, sha256, keys)
  const found = await sha256Of(plain)
  if (found !== sha256)
    throw new NightscoreError('MODEL_BYTES_CORRUPT', {
      found: `stored bytes with sha256 ${found}`,
      expected: `sha256 ${sha256}`,
    })
  return plain
}

async function decrypt(
  { bytes, keyId, nonce }: SealedBytes,
  sha256: string,
  keys: ModelKeys,
): Promise<Uint8Array> {
  if (keyId === null || nonce === null) return bytes
  const key = keys.byId.get(keyId)
  if (!key)
    throw new NightscoreError('MODEL_KEY_MISSING', {
      found: `a model encrypted with key ${keyId}, and ${keys.byId.size === 0 ? 'no key' : `keys ${[...keys.byId.keys()].join(', ')}`}`,
      expected: `key ${keyId} in NIGHTSCORE_MODEL_KEY or NIGHTSCORE_MODEL_KEYS_OLD`,
    })
  try {
    return new Uint8Array(await subtle.decrypt(algorithm(nonce, sha256), await importKey(key), bytes))
  } catch (error) {
    throw new NightscoreError('MODEL_BYTES_CORRUPT', {
      found: `stored bytes that key ${keyId} does not open: they, their nonce or their sha256 were changed`,
      expected: `what was encrypted, with sha256 ${sha256}`,
      cause: error,
    })
  }
}

function algorithm(nonce: Uint8Array, sha256: string): webcrypto.AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: Buffer.from(sha256, 'hex'), tagLength: 128 }
}

function importKey(key: ModelKey): Promise<webcrypto.CryptoKey> {
  return subtle.importKey('raw', key.bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
