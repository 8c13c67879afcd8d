import type { ModelDetails, ModelVersionDetails } from '../../activities/scoring/registry'
import type { ModelFeature, TensorInfo } from '../../schemas/model-manifest'
import { count } from './output'
import { textTable } from './text-table'

/** `model show` for people: the newest version first. */
export function modelLines({ name, task, aliases, versions, history }: ModelDetails): string[] {
  return [
    `${name}, ${task}`,
    ...versions.flatMap((version) => [
      '',
      ...versionLines(
        version,
        Object.keys(aliases).filter((alias) => aliases[alias] === version.version),
      ),
    ]),
    ...(history.length === 0 ? [] : ['', 'Aliases, the newest move first']),
    ...history.map(
      ({ alias, version, formerVersion, changedAt, changedBy, why }) =>
        `  ${day(changedAt)}  ${alias} -> @${version}${formerVersion === null ? '' : ` (was @${formerVersion})`} by ${changedBy}${why === null ? '' : `: ${why}`}`,
    ),
  ]
}

function versionLines(details: ModelVersionDetails, aliases: readonly string[]): string[] {
  const { version, manifest, signature, golden, keyId, sizeBytes, runtimeVersion, createdAt, createdBy } =
    details
  return [
    `@${version}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}  ${day(createdAt)} by ${createdBy}`,
    ...(manifest.description === undefined ? [] : [`  ${manifest.description}`]),
    `  ${count(sizeBytes)} bytes, ${keyId === null ? 'not encrypted' : `encrypted with key ${keyId}`}, checked with ONNX Runtime ${runtimeVersion}`,
    golden === null
      ? '  no golden rows'
      : `  ${count(golden.rows)} golden rows agree, largest difference ${golden.max_abs_difference.toPrecision(2)}`,
    `  in   ${signature.inputs.map(tensorText).join(', ')}`,
    `  out  ${signature.outputs.map(tensorText).join(', ')}`,
    ...textTable(
      [{ title: 'FEATURE' }, { title: 'TYPE' }, { title: 'RULES' }],
      manifest.features.map(featureCells),
    ).map((line) => `  ${line}`),
  ]
}

function featureCells({ name, type, ...rules }: ModelFeature): string[] {
  const texts = Object.entries(rules).map(([rule, value]) =>
    rule === 'categories'
      ? `${(value as readonly string[]).length} categories`
      : `${rule} ${JSON.stringify(value).replaceAll('"', '')}`,
  )
  return [name, type, texts.join(', ')]
}

function tensorText({ name, type, shape }: TensorInfo): string {
  return `${name} ${type}[${shape.map((size) => size ?? 'N').join(', ')}]`
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10)
}
