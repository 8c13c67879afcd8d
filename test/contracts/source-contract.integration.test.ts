import { Connections } from '../../activities/data/postgres/connections'
import { freshDatabase, temporaryFolder } from '../stack'
import { sourceContract } from './source-contract'

describe('Postgres', () => {
  let connections: Connections
  beforeAll(async () => {
    connections = new Connections({ controlUrl: await freshDatabase({ migrated: false }), environment: {} })
  })
  afterAll(() => connections.close())

  sourceContract({
    staged: true,
    make(select, where) {
      const source = { postgres: { query: select }, ...(where === undefined ? {} : { where }) }
      return Promise.resolve({
        options: { folder: temporaryFolder(), stagingFolder: temporaryFolder(), source, connections },
      })
    },
  })
})
