import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export const project = path.resolve(__dirname, '..', '..')

const words = z.array(z.string())
const grant = z.union([z.string(), z.strictObject({ source: z.string(), target: z.string() })])

const service = z.strictObject({
  build: z.string().optional(),
  image: z.string(),
  entrypoint: words.optional(),
  command: words.optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  secrets: words.default([]),
  configs: z.array(grant).default([]),
  volumes: words.default([]),
  ports: words.default([]),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  deploy: z.strictObject({ replicas: z.number().int() }).optional(),
  restart: z.literal('unless-stopped').optional(),
  stop_grace_period: z.string().optional(),
  shm_size: z.string().optional(),
  profiles: words.optional(),
  healthcheck: z
    .strictObject({
      test: words,
      interval: z.string(),
      timeout: z.string(),
      retries: z.number().int(),
      start_period: z.string().optional(),
    })
    .optional(),
})

const composeFile = z.strictObject({
  name: z.string(),
  'x-nightscore': z.unknown(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
})

export type ComposeService = z.infer<typeof service>

/** docker-compose.yml as Compose reads it: merge keys merged, `$$` a dollar. @throws where it holds a key that is not known here */
export function readCompose(): z.infer<typeof composeFile> {
  const text = fs.readFileSync(path.join(project, 'docker-compose.yml'), 'utf8')
  const file = composeFile.parse(parse(text, { merge: true }))
  const scripts = Object.entries(file.configs).map(([name, { content }]) => [
    name,
    { content: dollars(content) },
  ])
  return { ...file, configs: Object.fromEntries(scripts) as typeof file.configs }
}

/** Compose replaces `${NAME}`; what is meant for the shell is written `$$`. @throws where a single `$` is left */
export function dollars(text: string): string {
  const single = /(?<!\$)(\$\$)*\$(?!\$)/.exec(text)
  if (single !== null) throw new Error(`a single $ in ${text.slice(single.index, single.index + 40)}`)
  return text.replaceAll('$$', '$')
}

export interface Instruction {
  readonly name: string
  readonly text: string
}

/** The instructions of the Dockerfile, stage by stage, continued lines joined. */
export function readDockerfile(): Instruction[][] {
  const text = fs.readFileSync(path.join(project, 'Dockerfile'), 'utf8')
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n')
  const instructions = lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({
      name: line.slice(0, line.indexOf(' ')),
      text: line.slice(line.indexOf(' ') + 1).trim(),
    }))
  const stages: Instruction[][] = []
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') stages.push([])
    stages.at(-1)?.push(instruction)
  }
  return stages
}
