import { jobFileSchema } from '../../../../schemas/job-file'
import { namedConnections } from '../../../../workers/cli/doctor/job-checks'

const job = (change: object) => jobFileSchema.parse({ name: 'j', model: 'm@1', key: ['id'], ...change })

test('the connections of source, sink and labels are found, each once', () => {
  const all = job({
    source: { postgres: { connection: 'warehouse', query: 'select 1' } },
    sink: { postgres: { table: 't', connection: 'marts' } },
    labels: { postgres: { connection: 'warehouse', query: 'select 1' }, column: 'late' },
  })
  expect(namedConnections(all)).toEqual(['warehouse', 'marts'])
})

test('a job on files and the control database names none', () => {
  expect(namedConnections(job({ source: { parquet: 'x.parquet' }, sink: { postgres: 't' } }))).toEqual([])
})
