import type { Deps } from '../deps'
import { resolveRoots } from '../data/roots'
import { createRunSink } from '../data/sinks/run-sink'
import type { RunSink } from '../data/sinks/sink'
import { loadJob } from '../runs/job-store'
import { parquetOptions, postgresTarget } from '../runs/run-context'
import { loadRun } from '../runs/run-store'

/** The sink that a run wrote to, by its own revision of the job; also of a run that was never planned. It is not for writing. */
export async function retainedSink(deps: Deps, runId: string): Promise<RunSink> {
  const { control } = deps.connections
  const run = await loadRun(control, runId)
  const job = await loadJob(control, run.job, run.jobRevision)
  const parquet =
    job.sink.parquet === undefined
      ? null
      : await parquetOptions(job, await resolveRoots(job.folder, deps.dataRoots))
  return createRunSink({
    connections: deps.connections,
    run: {
      runId,
      job: run.job,
      batch: run.batch,
      revision: run.revision,
      modelVersion: run.modelVersion,
      keys: run.plan?.keys ?? [],
      carry: run.plan?.carry ?? [],
      predictions: [],
    },
    postgres: postgresTarget(job),
    parquet,
  })
}
