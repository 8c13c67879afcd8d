import { Connections, connectionVariable } from '../../../../activities/data/postgres/connections'

const open = (environment: NodeJS.ProcessEnv = {}, controlUrl = 'postgres://u:secret@localhost/control') =>
  new Connections({ controlUrl, environment })

test('a connection’s name tells its variable', () => {
  expect(connectionVariable('warehouse')).toBe('NIGHTSCORE_CONNECTION_WAREHOUSE')
  expect(connectionVariable('data-ware_House2')).toBe('NIGHTSCORE_CONNECTION_DATA_WARE_HOUSE2')
})

test('a connection without a name is the control database, and one URL is one pool', () => {
  const url = 'postgres://u:secret@localhost/control'
  const connections = open({
    NIGHTSCORE_CONNECTION_A: url,
    NIGHTSCORE_CONNECTION_B: 'postgres://localhost/b',
  })
  expect(connections.named(undefined)).toBe(connections.control)
  expect(connections.named('a')).toBe(connections.control)
  expect(connections.named('b')).not.toBe(connections.control)
})

test('a pool has two connections for each activity slot', () => {
  const most = (options: { activitySlots?: number }) =>
    new Connections({ controlUrl: 'postgres://localhost/control', environment: {}, ...options }).control
      .options.max
  expect(most({})).toBe(40)
  expect(most({ activitySlots: 64 })).toBe(136)
})

test.each([{}, { NIGHTSCORE_CONNECTION_WAREHOUSE: '' }])(
  'a connection that is not set names its variable',
  (environment) => {
    expect(() => open(environment).named('warehouse')).toThrow(
      /found no NIGHTSCORE_CONNECTION_WAREHOUSE .*\[CONNECTION_NOT_SET\]/,
    )
  },
)

test.each(['mysql://u:secret@h/d', 'u:secret@h', 'postgres://u:secret@h:port/d'])(
  'a URL that cannot be used (%s) is refused without being printed',
  (url) => {
    let message = ''
    try {
      void open({ NIGHTSCORE_CONNECTION_X: url }).named('x')
    } catch (error) {
      message = String(error)
    }
    expect(message).toMatch(/NIGHTSCORE_CONNECTION_X.*\[CONFIG_INVALID\]/)
    expect(message).not.toContain('secret')
  },
)
