import type { JobFile } from '../../schemas/job-file'
import { checkExpressions } from './check-expressions'

/**
 * Checks a job's own SQL when it is applied: `where` and every feature expression, whatever the model's features are.
 * @throws EXPRESSION_REFUSED, EXPRESSION_INVALID: see checkExpressions
 */
export async function checkJobSql(job: Pick<JobFile, 'source' | 'features'>): Promise<void> {
  const features = Object.entries(job.features).map(([name, sql]) => ({ name: `feature "${name}"`, sql }))
  const { where } = job.source
  await checkExpressions([...(where === undefined ? [] : [{ name: 'where', sql: where }]), ...features])
}
