import { Worker } from '@temporalio/worker'
import path from 'node:path'
import { createActivities } from '../../activities'
import { readConfig } from '../../workers/config'
import { createDeps } from '../../workers/deps'
import { connectTemporal, connectTemporalWorker } from '../../workers/temporal-connection'

/**
 * A worker that is killed (SIGKILL, by itself) right after its first shard's COMMIT, before Temporal hears of it:
 * `node dist/test/faults/dying-worker.js`. Everything but the death is the product's own.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const { connection, namespace } = await connectTemporalWorker(process.env)
  const { deps } = createDeps(config, await connectTemporal(process.env))
  const activities = createActivities(deps)
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: config.taskQueue,
    workflowBundle: { codePath: path.resolve(__dirname, '..', '..', 'workflow-bundle.js') },
    activities: {
      ...activities,
      scoreShard: async (input: Parameters<typeof activities.scoreShard>[0]) => {
        await activities.scoreShard(input)
        process.kill(process.pid, 'SIGKILL')
      },
    },
    maxConcurrentActivityTaskExecutions: 1,
  })
  process.stdout.write('ready\n')
  await worker.run()
}

void main()
