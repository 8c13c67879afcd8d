import type { JobFile } from '../../schemas/job-file'
import { checkExpressions } from './check-expressions'

/**
 * Checks a job's own SQL when it is applied: both `where` and every feature expression, whatever the model's features are.
 * @throws EXPRESSION_REFUSED, EXPRESSION_INVALID: see checkExpressions
 */
export async function checkJobSql(job: Pick<JobFile, 'source' | 'features' | 'labels'>): Promise<void> {
  const features = Object.entries(job.features).map(([name, sql]) => ({ name: `feature "${name}"`, sql }))
  const conditions = [
    { name: 'where', sql: job.source.where },
    { name: 'labels.where', sql: job.labels?.where },
  ].flatMap(({ name, sql }) => (sql === undefined ? [] : [{ name, sql }]))
  await checkExpressions([...conditions, ...features])
}
