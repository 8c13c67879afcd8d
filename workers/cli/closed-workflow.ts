import { WorkflowNotFoundError } from '@temporalio/client'
import type { RunRecord } from '../../activities/runs/run-store'
import { NightscoreError } from '../../schemas/errors'

/** What is told where a run on record is under way and Temporal knows no open workflow of it; any other error as it is. */
export function closedWorkflow(run: RunRecord, error: unknown): unknown {
  return error instanceof WorkflowNotFoundError ? abandoned(run, error) : error
}

/** A run that is under way on record only. */
export function abandoned({ runId, job, batch, workflowId }: RunRecord, cause?: unknown): NightscoreError {
  const id = runId.slice(0, 8)
  return new NightscoreError('RUN_STATE', {
    found: `run ${id}, whose workflow ${workflowId} is closed: terminated, or done just now`,
    expected: 'a run whose workflow is open',
    fix: `See nightscore run show ${id}; where it is still under way, score the batch again, which takes it over: nightscore run ${job} --batch ${batch}.`,
    cause,
  })
}
