import type { BackfillProgress } from '../../schemas/backfill'
import { detailsTable } from './details-table'

/** A backfill's current details in the Temporal UI: Markdown. */
export function backfillDetails(progress: BackfillProgress): string {
  const { job, from, to, batches, published, skipped, held, failed, underWay, firstFailures } = progress
  const cells = [
    ['batches', batches],
    ['published', published],
    ['skipped', skipped],
    ['held', held],
    ['failed', failed],
    ['left', batchesLeft(progress)],
  ] as const
  return [
    `**${job}** ${from} to ${to}${underWay.length > 0 ? ` · under way: ${underWay.slice(0, 10).join(', ')}` : ''}`,
    '',
    ...detailsTable(cells),
    ...(firstFailures.length === 0 ? [] : ['']),
    ...firstFailures.map(({ batch, code, message }) => `- ${batch}: \`${code}\` ${message.slice(0, 300)}`),
  ].join('\n')
}

/** Batches that are neither settled nor skipped. */
export function batchesLeft({ batches, published, skipped, held, failed }: BackfillProgress): number {
  return batches - published - skipped - held - failed
}
