import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { createProgram } from '../../workers/cli/program'
import { readConfig } from '../../workers/config'
import { memoryIo } from '../workers/cli/memory-io'
import { dollars, project, readCompose, readDockerfile } from './container-files'

const compose = readCompose()
const services = Object.entries(compose.services)
const [build = [], image = []] = readDockerfile()
const texts = (stage: typeof image, name: string) =>
  stage.filter((one) => one.name === name).map(({ text }) => text)

describe('docker-compose.yml', () => {
  test('every image is pinned to a full version', () => {
    const pinned = /^[a-z/-]+:\d+\.\d+(\.\d+)?(-bookworm)?$/
    expect(services.filter(([, { image: name }]) => !pinned.test(name)).map(([name]) => name)).toEqual([])
  })

  test('services wait for services that there are, in a way that these can answer', () => {
    for (const [name, { depends_on }] of services)
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const awaited = compose.services[other]
        expect({ name, other, known: awaited !== undefined }).toEqual({ name, other, known: true })
        // a service that is restarted for ever never completes; one that is not healthy never is
        if (condition === 'service_healthy') expect(awaited?.healthcheck).toBeDefined()
        else expect(awaited?.restart).toBeUndefined()
      }
  })

  test('secrets, scripts and volumes are declared, and all that are declared are used', () => {
    const used = (pick: (one: (typeof services)[number][1]) => readonly string[]) =>
      [...new Set(services.flatMap(([, one]) => pick(one)))].sort()
    const source = (grant: string | { source: string }) => (typeof grant === 'string' ? grant : grant.source)
    expect(used((one) => one.secrets)).toEqual(Object.keys(compose.secrets).sort())
    expect(used((one) => one.configs.map(source))).toEqual(Object.keys(compose.configs).sort())
    const named = used((one) => one.volumes.map((volume) => volume.split(':')[0] ?? ''))
    expect(named.filter((name) => /^[a-z]+$/.test(name))).toEqual(Object.keys(compose.volumes).sort())
  })

  test('a service that reads a secret, a script or a file of the configuration is given it', () => {
    for (const [name, one] of services) {
      const read = [...(one.entrypoint ?? []), ...Object.values(one.environment).map(String)]
        .filter((word) => word.startsWith('/run/'))
        .concat(one.configs.flatMap((grant) => (typeof grant === 'string' ? [] : scriptReads(grant.source))))
      const given = [
        ...one.secrets.map((secret) => `/run/secrets/${secret}`),
        ...one.configs.map((grant) => (typeof grant === 'string' ? grant : grant.target)),
      ]
      expect({ name, missing: read.filter((file) => !given.includes(file)) }).toEqual({ name, missing: [] })
    }
  })
  const scriptReads = (source: string): string[] =>
    compose.configs[source]?.content.match(/\/run\/secrets\/[a-z-]+/g) ?? []

  test('no password is written into it, and no port is open to other machines', () => {
    const plain = services.flatMap(([, { environment }]) => Object.keys(environment))
    expect(plain.filter((name) => /PASSWORD$|PWD$|DATABASE_URL$|KEY$/.test(name))).toEqual([])
    for (const [, { ports }] of services) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  test('the commands are Nightscore’s, and their environment is a valid one', () => {
    const program = createProgram(memoryIo(), () => undefined)
    const ours = services.filter(([, one]) => one.build === '.')
    expect(ours.map(([name]) => name)).toEqual(expect.arrayContaining(['migrate', 'worker', 'nightscore']))
    for (const [, { command, environment }] of ours) {
      const [word = ''] = command ?? []
      if (!word.startsWith('--')) expect(program.commands.map((one) => one.name())).toContain(word)
      const text = Object.entries(environment).map(([name, value]) => [name, String(value)])
      readConfig(Object.fromEntries(text) as NodeJS.ProcessEnv)
    }
  })

  test('workers get the time to stop that they take', () => {
    const graceSeconds = readConfig({}).shutdownGraceMs / 1_000 + 15
    expect(Number.parseInt(compose.services['worker']?.stop_grace_period ?? '')).toBeGreaterThan(graceSeconds)
  })

  test('Postgres takes all connections that its clients may open', () => {
    const [, limit] =
      /max_connections=(\d+)/.exec(compose.services['postgres']?.command?.join(' ') ?? '') ?? []
    const workers = (compose.services['worker']?.deploy?.replicas ?? 1) * 40
    const temporal = 4 * (20 + 10) // of each of its four services, for the two stores
    expect(Number(limit)).toBeGreaterThan(workers + temporal)
  })

  test('Temporal has both databases set up, and nothing is done by images that are deprecated', () => {
    const schema = compose.configs['temporal-schema']?.content
    for (const step of ['create', 'setup-schema -v 0.0', 'update-schema --schema-name'])
      expect(schema).toContain(step)
    expect(services.filter(([, one]) => one.image.includes('auto-setup'))).toEqual([])
  })

  test('Compose itself takes it, where there is one', () => {
    if (spawnSync('docker', ['compose', 'version']).status !== 0) return
    const said = spawnSync('docker', ['compose', 'config', '--quiet'], { cwd: project, encoding: 'utf8' })
    expect({ status: said.status, stderr: said.stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('a dollar that the shell was to see would be found', () => {
    expect(dollars('echo "$$1"')).toBe('echo "$1"')
    expect(() => dollars('echo "$1"')).toThrow(/single \$/)
  })
})

describe('Dockerfile', () => {
  test('both stages start from one image, pinned, with glibc', () => {
    const [from] = texts(build, 'FROM')
    expect(from).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim AS build$/)
    expect(texts(image, 'FROM')).toEqual([from?.replace(' AS build', '')])
  })

  test('what it copies is there, and let through by .dockerignore', () => {
    const ignored = fs.readFileSync(path.join(project, '.dockerignore'), 'utf8').split('\n')
    expect(ignored).toContain('*')
    const sources = texts(build, 'COPY').flatMap((text) => text.split(/\s+/).slice(0, -1))
    for (const source of sources) {
      expect(fs.existsSync(path.join(project, source))).toBe(true)
      expect(ignored).toContain(`!${source}`)
    }
    expect(sources.sort()).toEqual(
      ignored
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1))
        .sort(),
    )
  })

  test('it runs as a user that is not root, behind a first process that hands on signals', () => {
    expect(texts(image, 'USER')).toEqual(['node'])
    expect(texts(image, 'ENTRYPOINT')).toEqual(['["tini", "--", "nightscore"]'])
    expect(texts(image, 'STOPSIGNAL')).toEqual(['SIGTERM'])
  })
})
