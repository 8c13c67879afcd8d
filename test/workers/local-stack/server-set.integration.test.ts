import fs from 'node:fs'
import path from 'node:path'
import { StartInterrupted, startLocalStack } from '../../../workers/local-stack'
import { stackFolders } from '../../../workers/local-stack/folders'
import { isAlive, sendSignal } from '../../../workers/local-stack/processes'
import { queryRows } from '../../stack'
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

describe('the end of the process that started the servers', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s stops them, and it dies of that signal',
    async (signal) => {
      const root = openFolder()
      const one = await startElsewhere(root)
      const { postgres, temporal } = servers(root)
      expect(await end(one.child, signal)).toBe(signal)
      expect(postgres && isAlive(postgres.process)).toBe(false)
      expect(temporal && isAlive(temporal.process)).toBe(false)
      expect(one.output()).toContain('Postgres: stopped.')
    },
  )

  test('by Ctrl-C while they start stops what there is of them; the caller, who listens too, goes on to its own end', async () => {
    const root = openFolder()
    const listener = jest.fn()
    process.once('SIGTERM', listener)
    const starting = startLocalStack({ root, binFolder, env, ports: 'any' })
    const ended = expect(starting).rejects.toBeInstanceOf(StartInterrupted)
    while (servers(root).temporal === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    const { temporal } = servers(root)
    process.emit('SIGTERM', 'SIGTERM')
    await ended
    expect(listener).toHaveBeenCalledTimes(1)
    expect(temporal && isAlive(temporal.process)).toBe(false)
    expect(servers(root)).toEqual({ postgres: undefined, temporal: undefined })
  })

  test('by process.exit without a stop: they are told to stop all the same', async () => {
    const root = openFolder()
    const one = await startElsewhere(root, 'setTimeout(() => process.exit(3), 100)')
    const { postgres, temporal } = servers(root)
    await new Promise((resolve) => one.child.once('exit', resolve))
    while ([postgres, temporal].some((server) => server && isAlive(server.process)))
      await new Promise((resolve) => setTimeout(resolve, 50))
  })

  test('by kill -9 leaves them running; the next start takes them over and stops them', async () => {
    const root = openFolder()
    const killed = await startElsewhere(root)
    await queryRows(killed.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await end(killed.child, 'SIGKILL')
    const { postgres, temporal } = servers(root)

    const { stack, lines } = await start(root)
    expect(lines.join('\n')).toMatch(
      /Temporal: taken over[\s\S]*Postgres: taken over|Postgres: taken over[\s\S]*Temporal: taken over/,
    )
    expect(stack.databaseUrl).toBe(killed.databaseUrl)
    expect(await queryRows(stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    await stack.stop()
    expect(postgres && isAlive(postgres.process)).toBe(false)
    expect(temporal && isAlive(temporal.process)).toBe(false)
  })

  test('by kill -9, the servers killed too: the next start finds what was committed', async () => {
    const root = openFolder()
    const killed = await startElsewhere(root)
    await queryRows(killed.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const { postgres, temporal } = servers(root)
    await end(killed.child, 'SIGKILL')
    if (postgres && temporal) for (const one of [postgres, temporal]) sendSignal(one.process, 'SIGKILL')

    const { stack } = await start(root)
    expect(await queryRows(stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    expect(await namespaces(stack.temporalAddress)).toContain('default')
    await stack.stop()
  })

  test('with the record of it lost: Postgres’s own pid file leads to it', async () => {
    const root = openFolder()
    const killed = await startElsewhere(root)
    const { temporal } = servers(root)
    await end(killed.child, 'SIGKILL')
    if (temporal) sendSignal(temporal.process, 'SIGKILL')
    fs.rmSync(stackFolders(root).stateFile)

    const { stack, lines } = await start(root)
    expect(lines.join('\n')).toContain('Postgres: taken over')
    expect(stack.databaseUrl).toBe(killed.databaseUrl)
    await stack.stop()
  })

  test('with Postgres’s pid file naming a process that is not Postgres', async () => {
    const root = openFolder()
    const first = await start(root)
    await first.stack.stop()
    const pidFile = path.join(stackFolders(root).postgresData, 'postmaster.pid')
    fs.writeFileSync(pidFile, `${process.ppid}\n${path.dirname(pidFile)}\n1\n5432\n\n\n`)
    const second = await start(root)
    expect(second.lines.join('\n')).toContain('Postgres: started')
    await second.stack.stop()
  })
})
