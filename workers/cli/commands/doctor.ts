import { Connections } from '../../../activities/data/postgres/connections'
import { translatePostgresError } from '../../../activities/data/postgres/postgres-error'
import { listJobs } from '../../../activities/runs/job-store'
import { readConfig, type Config } from '../../config'
import { connectTemporal } from '../../temporal-connection'
import type { CliIo } from '../cli-io'
import type { Check, Finding } from '../doctor/check'
import { databaseChecks } from '../doctor/database-checks'
import { installationChecks } from '../doctor/installation-checks'
import { connectionChecks, webhookChecks } from '../doctor/job-checks'
import { s3Checks } from '../doctor/s3-checks'
import { scheduleChecks } from '../doctor/schedule-checks'
import { temporalChecks } from '../doctor/temporal-checks'
import { errorReport } from '../error-report'
import { localEnvironment, stackRoot } from '../local-environment'
import { printOutcome } from '../output'

interface Result extends Finding {
  readonly name: string
}

/** `doctor`: checks one thing after the other and tells what to do. @returns 1 where a check fails; warnings are no failure */
export async function doctor(io: CliIo, { json }: { readonly json?: true }): Promise<number> {
  const environment = localEnvironment(io.environment, io.folder)
  const config = readConfig(environment)
  const results: Result[] = []
  const examine = async (checks: readonly Check[]) => {
    for (const check of checks) {
      const result = { name: check.name, ...(await findingOf(check)) }
      results.push(result)
      if (json !== true) printOutcome(io, false, result, lines(result))
    }
  }
  await examine(installationChecks(config, stackRoot(io.folder) ?? io.folder))
  await examineDatabase(config.databaseUrl, environment, examine)
  await examineTemporal(environment, config, examine)
  const failed = results.filter(({ verdict }) => verdict === 'fail').length
  if (json === true) printOutcome(io, true, { ok: failed === 0, checks: results }, [])
  else
    printOutcome(io, false, null, [
      '',
      failed === 0 ? 'All is well.' : `${failed} of ${results.length} checks failed.`,
    ])
  return failed === 0 ? 0 : 1
}

type Examine = (checks: readonly Check[]) => Promise<void>

async function examineDatabase(
  url: string | undefined,
  environment: NodeJS.ProcessEnv,
  examine: Examine,
): Promise<void> {
  if (url === undefined) {
    const fix = 'Run nightscore up, or set DATABASE_URL=postgres://user:password@host:5432/database.'
    await examine([
      {
        name: 'Postgres',
        run: () => ({ verdict: 'fail', detail: 'no DATABASE_URL, no local stack runs', fix }),
      },
    ])
    return
  }
  const connections = new Connections({ controlUrl: url, environment })
  try {
    await connections.control.query('SELECT 1')
    await examine(databaseChecks(connections.control))
    const jobs = await listJobs(connections.control).catch(() => [])
    await examine([
      ...connectionChecks(connections, jobs),
      ...s3Checks(jobs),
      ...webhookChecks(environment, jobs),
    ])
  } catch (error) {
    await examine([unreachable('Postgres', error)]) // no sense in asking it more
  } finally {
    await connections.close()
  }
}

async function examineTemporal(
  environment: NodeJS.ProcessEnv,
  { taskQueue, databaseUrl }: Config,
  examine: Examine,
): Promise<void> {
  try {
    const client = await connectTemporal(environment)
    await examine(temporalChecks(client, taskQueue))
    if (databaseUrl !== undefined) {
      const connections = new Connections({ controlUrl: databaseUrl, environment })
      await examine(scheduleChecks(client, connections.control, taskQueue))
      await connections.close()
    }
    await client.connection.close()
  } catch (error) {
    await examine([unreachable('Temporal', error)])
  }
}

function unreachable(name: string, error: unknown): Check {
  return {
    name,
    run: () => {
      throw error
    },
  }
}

async function findingOf(check: Check): Promise<Finding> {
  try {
    return await check.run()
  } catch (error) {
    return { verdict: 'fail', detail: errorReport(translatePostgresError(error)).message }
  }
}

function lines({ name, verdict, detail, fix }: Result): string[] {
  const head = `${verdict.padEnd(4)}  ${name.padEnd(20)}  ${detail}`
  return fix === undefined ? [head] : [head, `${' '.repeat(28)}-> ${fix}`]
}
