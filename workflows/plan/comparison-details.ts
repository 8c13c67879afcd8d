import type { ComparisonProgress, ComparisonSummary } from '../../schemas/comparison'

const shown = 10

/** A comparison's current details in the Temporal UI: Markdown, under 1 KB. */
export function comparisonDetails(progress: ComparisonProgress): string {
  const { job, champion, challenger, batches, scored, underWay, refused, seconds } = progress
  return [
    `**${challenger}** against **${champion}** on ${job} · ${scored} of ${batches} batches scored by both · ${seconds} s`,
    ...(underWay.length === 0 ? [] : ['', `Under way: ${listed(underWay)}`]),
    ...(refused.length === 0 ? [] : ['', `Ended by a gate, and compared: ${listed(refused)}`]),
  ].join('\n')
}

/** Both verdicts with what they rest on. */
export function comparisonOutcome(
  summary: Pick<ComparisonSummary, 'numeric' | 'numericReason' | 'nonInferiority' | 'nonInferiorityReason'>,
): string {
  return [
    '| verdict | | because |',
    '| --- | --- | --- |',
    `| numerically the same | **${summary.numeric}** | ${cell(summary.numericReason)} |`,
    `| not inferior | **${summary.nonInferiority}** | ${cell(summary.nonInferiorityReason)} |`,
  ].join('\n')
}

function listed(names: readonly string[]): string {
  const more = names.length - shown
  return `${names.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|')
}
