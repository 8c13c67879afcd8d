import { parse } from 'yaml'
import { jobFileSchema } from '../../schemas/job-file'
import { modelManifestSchema } from '../../schemas/model-manifest'
import { blocks, pages } from './pages'

const examples = pages().flatMap(({ name, text }) => blocks(text, 'yaml').map((yaml) => ({ name, yaml })))

test.each(examples)('$name: each YAML example is a whole job file or model.yaml', ({ yaml }) => {
  const value = parse(yaml) as Record<string, unknown>
  const schema = 'task' in value ? modelManifestSchema : jobFileSchema
  expect(schema.safeParse(value).error?.issues ?? []).toEqual([])
})

test('README and the pages on models, jobs and reports have such examples', () => {
  expect([...new Set(examples.map(({ name }) => name))].sort()).toEqual([
    'README.md',
    'docs/jobs.md',
    'docs/models.md',
    'docs/reports.md',
  ])
})
