import type { JobFile } from '../../../schemas/job-file'
import { distanceNames } from '../drift/drifted-share'
import { fixedLimits } from '../drift/fixed-limits'
import type { ThresholdRule } from '../drift/threshold-for'

/** What says where a value lies: of a column that the job excepts none of them is judged. Missing values stay judged. */
const ofValues = [...distanceNames, 'unseen_rate', 'out_of_range_rate']

/** The rules that a job's `monitor` makes of its thresholds and exceptions. */
export function thresholdRules({ thresholds, except }: JobFile['monitor']): ThresholdRule[] {
  const trailing = [...fixedLimits.keys()].map((metric) => ({ metric, limits: 'trailing' as const }))
  const excepted = except.flatMap((column) =>
    (['feature', 'quality'] as const).flatMap((scope) =>
      ofValues.map((metric) => ({ metric, scope, column, limits: null })),
    ),
  )
  return [...(thresholds === 'trailing' ? trailing : []), ...excepted]
}
