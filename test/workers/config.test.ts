import path from 'node:path'
import { readConfig, requireDatabaseUrl } from '../../workers/config'

describe('readConfig', () => {
  it('has a safe default for everything but the database', () => {
    const config = readConfig({})
    expect(config.taskQueue).toBe('nightscore')
    expect(config.activitySlots).toBeGreaterThanOrEqual(16)
    expect(config.threads).toBeGreaterThan(0)
    expect(config.dataRoots).toEqual([])
    expect(() => requireDatabaseUrl(config)).toThrow(/DATABASE_URL/)
  })

  it('names each wrong variable and what it takes, never its value', () => {
    const read = () => readConfig({ NIGHTSCORE_THREADS: 'four', DATABASE_URL: 'mysql://u:secret@h/d' })
    expect(read).toThrow(/NIGHTSCORE_THREADS: a whole number from 1 to 256/)
    expect(read).toThrow(/DATABASE_URL: a URL that starts with postgres/)
    expect(read).not.toThrow(/secret/)
  })

  it('has a slot for each thread, and two more', () => {
    const slots = (environment: NodeJS.ProcessEnv) => readConfig(environment).activitySlots
    expect(slots({ NIGHTSCORE_THREADS: '2' })).toBe(16)
    expect(slots({ NIGHTSCORE_THREADS: '64' })).toBe(66)
    expect(slots({ NIGHTSCORE_THREADS: '64', NIGHTSCORE_ACTIVITY_SLOTS: '4' })).toBe(4)
  })

  it('splits data roots like PATH', () => {
    const roots = [path.resolve('a'), path.resolve('b')]
    expect(readConfig({ NIGHTSCORE_DATA_ROOTS: roots.join(path.delimiter) }).dataRoots).toEqual(roots)
  })

  it('takes an empty variable as not set', () => {
    expect(readConfig({ NIGHTSCORE_TASK_QUEUE: '' }).taskQueue).toBe('nightscore')
  })
})
