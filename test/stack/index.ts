export { freshDatabase, queryRows, testDatabaseUrl } from './database'
export { freshTaskQueue, temporaryFolder } from './fresh'
export { type CliOptions, type CliResult, runCli } from './run-cli'
export { type WorkerOptions, type WorkerProcess, startWorker } from './start-worker'
