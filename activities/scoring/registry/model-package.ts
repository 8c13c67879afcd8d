import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { NightscoreError } from '../../../schemas/errors'
import { modelManifestSchema, type ModelManifest } from '../../../schemas/model-manifest'
import { strictParse } from '../../../schemas/strict-parse'
import { sha256Of } from './seal-bytes'

/** The files of a package, in the order of its digest; the last two may be absent. */
export const packageFiles = ['model.yaml', 'model.onnx', 'golden.parquet', 'reference.parquet'] as const
export type PackageFile = (typeof packageFiles)[number]

export interface FileContent {
  readonly bytes: Uint8Array
  readonly sha256: string
}

/** A model package as read from its folder. */
export interface ModelPackage {
  readonly folder: string
  readonly manifest: ModelManifest
  readonly files: ReadonlyMap<PackageFile, FileContent>
  /** SHA-256 over the names and SHA-256s of the files: the same package has the same. */
  readonly sha256: string
}

/**
 * Reads a package's folder.
 * @throws NightscoreError MODEL_FILE_MISSING for model.yaml or model.onnx; MODEL_MANIFEST_INVALID
 */
export async function readModelPackage(folder: string): Promise<ModelPackage> {
  const files = new Map<PackageFile, FileContent>()
  for (const name of packageFiles) {
    const bytes = await readFileIfThere(folder, name)
    if (bytes) files.set(name, { bytes, sha256: await sha256Of(bytes) })
  }
  requireFile(files, 'model.onnx', folder)
  const names = [...files].map(([name, { sha256 }]) => `${name} ${sha256}\n`).join('')
  return {
    folder,
    manifest: readManifest(Buffer.from(requireFile(files, 'model.yaml', folder).bytes).toString('utf8')),
    files,
    sha256: await sha256Of(Buffer.from(names)),
  }
}

function readManifest(text: string): ModelManifest {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    throw new NightscoreError('MODEL_MANIFEST_INVALID', {
      found: `model.yaml: ${error instanceof Error ? error.message : String(error)}`,
      expected: 'YAML',
      cause: error,
    })
  }
  return strictParse(modelManifestSchema, value, 'MODEL_MANIFEST_INVALID', 'model.yaml')
}

async function readFileIfThere(folder: string, name: PackageFile): Promise<Uint8Array | null> {
  try {
    return await readFile(path.join(folder, name))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new NightscoreError('MODEL_FILE_MISSING', {
      found: `${path.join(folder, name)} that cannot be read (${code ?? String(error)})`,
      expected: 'a readable file',
      cause: error,
    })
  }
}

function requireFile(
  files: ReadonlyMap<PackageFile, FileContent>,
  name: PackageFile,
  folder: string,
): FileContent {
  const found = files.get(name)
  if (found) return found
  throw new NightscoreError('MODEL_FILE_MISSING', {
    found: `no ${name} in ${path.resolve(folder)}`,
    expected: 'model.yaml and model.onnx',
  })
}
