import { existsSync } from 'node:fs'
import path from 'node:path'
import { readModelKeys } from '../../activities/scoring/model-keys'
import { loadModelVersion, resolveModel } from '../../activities/scoring/registry'
import type { ThreadModel } from '../../activities/scoring/score-shard-task'
import { loadJob, readJobFile } from '../../activities/runs/job-store'
import type { JobSnapshot } from '../../schemas/job-file'
import type { CliIo } from './cli-io'
import type { Session } from './session'

/** A job and the model version that it would be scored with. */
export interface JobModel {
  readonly job: JobSnapshot
  /** name@version */
  readonly reference: string
  readonly model: ThreadModel
}

/**
 * The job of a name, as applied last, or of a file, applied or not (revision 0), with its model.
 * @param model name@version or name@alias instead of the job's own
 */
export async function loadJobModel(
  io: CliIo,
  { connections, config }: Session,
  nameOrFile: string,
  model?: string,
): Promise<JobModel> {
  const { control } = connections
  const job = await openJob(io, control, nameOrFile)
  const found = await resolveModel(control, model ?? job.model)
  const loaded = await loadModelVersion(
    control,
    readModelKeys(config.environment),
    found.model,
    found.version,
  )
  return { job, reference: `${found.model}@${found.version}`, model: loaded }
}

async function openJob(
  io: CliIo,
  control: Session['connections']['control'],
  nameOrFile: string,
): Promise<JobSnapshot> {
  const file = path.resolve(io.folder, nameOrFile)
  // a job's name has neither slash nor .yaml; where a file of that name lies here too, the applied job is meant
  if (!/[/\\]|\.ya?ml$/.test(nameOrFile) || !existsSync(file)) return loadJob(control, nameOrFile)
  const { job, folder } = await readJobFile(file)
  return { ...job, folder, revision: 0 }
}
