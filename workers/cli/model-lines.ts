import type { GoldenAgreement, ModelDetails, ModelVersionDetails } from '../../activities/scoring/registry'
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
      ({ alias, version, formerVersion, changedAt, changedBy, why, action, forced }) =>
        `  ${day(changedAt)}  ${alias} -> @${version}${formerVersion === null ? '' : ` (was @${formerVersion})`}${action === 'rollback' ? ' rolled back' : ''}${forced ? ' forced' : ''} by ${changedBy}${why === null ? '' : `: ${why}`}`,
    ),
  ]
}

function versionLines(details: ModelVersionDetails, aliases: readonly string[]): string[] {
  const { version, manifest, signature, golden, agreements, keyId, sizeBytes, createdAt, createdBy } = details
  return [
    `@${version}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}  ${day(createdAt)} by ${createdBy}`,
    ...(manifest.description === undefined ? [] : [`  ${manifest.description}`]),
    `  ${count(sizeBytes)} bytes, ${keyId === null ? 'not encrypted' : `encrypted with key ${keyId}`}`,
    ...(golden === null ? ['  no golden rows'] : agreements.map(agreementLine)),
    `  in   ${signature.inputs.map(tensorText).join(', ')}`,
    `  out  ${signature.outputs.map(tensorText).join(', ')}`,
    ...textTable(
      [{ title: 'FEATURE' }, { title: 'TYPE' }, { title: 'RULES' }],
      manifest.features.map(featureCells),
    ).map((line) => `  ${line}`),
  ]
}

function agreementLine(found: GoldenAgreement): string {
  const { rows, agreeingRows, labelFlips, maxAbsDifference, runtimeVersion, machine, checkedAt } = found
  const flips = labelFlips === null ? '' : `, ${count(labelFlips)} label flips`
  return `  golden rows: ${count(agreeingRows)} of ${count(rows)} agree (largest difference ${maxAbsDifference.toPrecision(2)}${flips}) under ONNX Runtime ${runtimeVersion} on ${machine}, checked on ${day(checkedAt)}`
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
