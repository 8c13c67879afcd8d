import { Client, Pool, type PoolConfig } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { translatePostgresError } from './postgres-error'

export { inTransaction } from './in-transaction'

/** Beside those of activity slots. */
const moreConnections = 8

/**
 * The Postgres databases that this process talks to, one pool a URL, opened when first used.
 *
 * Values come as pg gives them: int8 and numeric as text, jsonb parsed, timestamps as Date.
 * TLS is asked for by the URL: without sslmode the connection is plain; with any sslmode but `disable` and `no-verify`
 * pg 8 checks the server's certificate and host name as `verify-full` says (sslrootcert, sslcert, sslkey: files).
 */
export class Connections {
  private readonly pools = new Map<string, Pool>()

  constructor(
    private readonly options: {
      readonly controlUrl: string
      readonly environment: NodeJS.ProcessEnv
      /** Activities at once: each may hold a shard's transaction and need a second connection beside it. Default 16. */
      readonly activitySlots?: number
    },
  ) {}

  /** The control database: schema nightscore. */
  get control(): Pool {
    return this.open('DATABASE_URL', this.options.controlUrl)
  }

  /**
   * The pool of a named connection, such as `warehouse`; the control database without a name.
   * @throws CONNECTION_NOT_SET, CONFIG_INVALID (not a URL), CONNECTION_TLS (a certificate file cannot be read)
   */
  named(connection: string | undefined): Pool {
    if (connection === undefined) return this.control
    const variable = connectionVariable(connection)
    const url = this.options.environment[variable]
    if (url === undefined || url === '')
      throw new NightscoreError('CONNECTION_NOT_SET', {
        found: `no ${variable} for the connection "${connection}"`,
        expected: `${variable}=postgres://user:password@host:5432/database`,
      })
    return this.open(variable, url)
  }

  /** Closes all pools; resolves when their connections have ended. */
  async close(): Promise<void> {
    const pools = [...this.pools.values()]
    this.pools.clear()
    await Promise.all(pools.map((pool) => pool.end()))
  }

  private open(variable: string, url: string): Pool {
    const known = this.pools.get(url)
    if (known) return known
    const config: PoolConfig = {
      connectionString: url,
      application_name: 'nightscore',
      max: 2 * (this.options.activitySlots ?? 16) + moreConnections,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
    }
    checkUrl(variable, url, config)
    const pool = new Pool(config)
    // An idle connection that the server ends (a restart) is not an error of ours: the pool drops it and opens another.
    pool.on('error', () => undefined)
    this.pools.set(url, pool)
    return pool
  }
}

/** @example connectionVariable('data-warehouse') // NIGHTSCORE_CONNECTION_DATA_WAREHOUSE */
export function connectionVariable(connection: string): string {
  return `NIGHTSCORE_CONNECTION_${connection.toUpperCase().replaceAll('-', '_')}`
}

/** A client reads the URL and the certificate files when it is made, without connecting: so errors show at once. */
function checkUrl(variable: string, url: string, config: PoolConfig): void {
  const expected = 'postgres://user:password@host:5432/database'
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new NightscoreError('CONFIG_INVALID', { found: `${variable} that is no postgres:// URL`, expected })
  try {
    new Client(config)
  } catch (error) {
    const translated = translatePostgresError(error, { connection: variable })
    if (translated instanceof NightscoreError) throw translated
    throw new NightscoreError('CONFIG_INVALID', {
      found: `${variable} that cannot be read as a URL`,
      expected,
    })
  }
}
