import fs from 'node:fs'
import path from 'node:path'
import { Connection } from '@temporalio/client'
import { searchAttributes, startLocalStack } from '../../../workers/local-stack'
import { stackFolders } from '../../../workers/local-stack/folders'
import { queryRows, temporaryFolder } from '../../stack'
import { whenFileEnds } from '../../stack/clean-up'
import {
  binFolder,
  end,
  env,
  namespaces,
  openFolder,
  servers,
  start,
  startElsewhere,
} from '../../stack/local-stacks'
import { removeStack } from '../../stack/remove-stack'

describe('a local stack', () => {
  test('starts both servers, says where, and finds its data again', async () => {
    const root = openFolder()
    const first = await start(root)
    expect(first.lines.join('\n')).toMatch(/Postgres: started on 127\.0\.0\.1:\d+ in .* s, data in /)
    expect(first.lines.join('\n')).toMatch(/Temporal: started on 127\.0\.0\.1:\d+ in .* s, UI at http:/)
    expect((await fetch(first.stack.temporalUiUrl ?? '')).ok).toBe(true)
    await queryRows(first.stack.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const connection = await Connection.connect({ address: first.stack.temporalAddress })
    await connection.workflowService.registerNamespace({
      namespace: 'kept',
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    })
    await connection.close()
    await first.stack.stop()
    await expect(queryRows(first.stack.databaseUrl, 'SELECT')).rejects.toThrow('ECONNREFUSED')

    const second = await start(root)
    expect(await queryRows(second.stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    expect(await namespaces(second.stack.temporalAddress)).toContain('kept')
    await second.stack.stop()
  })

  test('keeps what was committed: fsync and checksums are on, the password is nobody else’s to read', async () => {
    const root = openFolder()
    const { stack } = await start(root)
    const settings = await queryRows(
      stack.databaseUrl,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits,
              current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding`,
    )
    expect(settings).toEqual([{ fsync: 'on', commits: 'on', checksums: 'on', encoding: 'UTF8' }])
    const { passwordFile, postgresData } = stackFolders(root)
    expect(fs.statSync(passwordFile).mode & 0o777).toBe(0o600)
    expect(fs.statSync(postgresData).mode & 0o077).toBe(0)
    const wrong = new URL(stack.databaseUrl)
    wrong.password = 'guessed'
    await expect(queryRows(wrong.href, 'SELECT')).rejects.toThrow('password authentication failed')
    await stack.stop()
  })

  test('registers the search attributes that runs carry', async () => {
    const { stack } = await start(openFolder())
    const connection = await Connection.connect({ address: stack.temporalAddress })
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    })
    await connection.close()
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...searchAttributes]))
    await stack.stop()
  })

  test('uses the servers that the environment names and starts none', async () => {
    const root = openFolder()
    const lines: string[] = []
    const stack = await startLocalStack({
      root,
      env: { ...env, DATABASE_URL: 'postgresql://elsewhere/db', TEMPORAL_ADDRESS: 'elsewhere:7233' },
      report: (line) => lines.push(line),
    })
    expect(stack).toMatchObject({
      databaseUrl: 'postgresql://elsewhere/db',
      temporalAddress: 'elsewhere:7233',
    })
    await stack.stop()
    expect(lines.join('\n')).toMatch(/DATABASE_URL[\s\S]*elsewhere:7233/)
    expect(fs.readdirSync(root)).toEqual([])
  })

  test('starts only Temporal where DATABASE_URL names a Postgres', async () => {
    const root = openFolder()
    const databaseUrl = 'postgresql://elsewhere/db'
    const stack = await startLocalStack({
      root,
      binFolder,
      ports: 'any',
      env: { ...env, DATABASE_URL: databaseUrl },
    })
    expect(stack.databaseUrl).toBe(databaseUrl)
    expect(await namespaces(stack.temporalAddress)).toContain('default')
    expect(servers(root).postgres).toBeUndefined()
    await stack.stop()
  })
})

describe('two starts in one folder', () => {
  test('at once: one starts the servers, the other uses them', async () => {
    const root = openFolder()
    const both = await Promise.all([startElsewhere(root), startElsewhere(root)])
    expect(both[0].databaseUrl).toBe(both[1].databaseUrl)
    expect(both[0].temporalAddress).toBe(both[1].temporalAddress)
    const outputs = both.map((one) => one.output())
    expect(outputs.filter((text) => text.includes('Postgres: started'))).toHaveLength(1)
    expect(outputs.filter((text) => text.includes('Postgres: using the one'))).toHaveLength(1)

    // the guest's end leaves the servers alone, the host's stops them
    const owner = servers(root).postgres?.owner.pid
    const [host, guest] = both[0].child.pid === owner ? both : [both[1], both[0]]
    await end(guest.child, 'SIGINT')
    expect(await queryRows(host.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await end(host.child, 'SIGINT')
    await expect(queryRows(host.databaseUrl, 'SELECT')).rejects.toThrow('ECONNREFUSED')
  })
})

const asRoot = process.getuid?.() === 0 ? describe : describe.skip
asRoot('as root', () => {
  test('in a folder that Postgres’s user cannot enter: the data goes elsewhere and is found again', async () => {
    const root = temporaryFolder()
    fs.chmodSync(root, 0o700)
    whenFileEnds(() => removeStack(root))
    const first = await start(root)
    const { postgresData } = stackFolders(root)
    expect(first.lines.join('\n')).toContain(`cannot reach ${path.dirname(postgresData)}`)
    const elsewhere = fs.readlinkSync(postgresData)
    expect(fs.statSync(elsewhere).mode & 0o077).toBe(0)
    await queryRows(first.stack.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.stack.stop()

    const second = await start(root)
    expect(await queryRows(second.stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    await second.stack.stop()
    await removeStack(root)
    expect(fs.existsSync(elsewhere)).toBe(false)
  })
})
