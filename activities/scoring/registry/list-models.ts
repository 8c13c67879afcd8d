import type { Pool } from 'pg'
import type { ModelManifest } from '../../../schemas/model-manifest'

export interface ModelListing {
  readonly name: string
  readonly task: ModelManifest['task']
  readonly versions: number
  readonly latestVersion: number
  /** Alias -> version. */
  readonly aliases: Readonly<Record<string, number>>
  readonly createdAt: Date
}

/** All models, by name. */
export async function listModels(pool: Pool): Promise<readonly ModelListing[]> {
  const { rows } = await pool.query<ModelListing>(
    `SELECT m.name, m.task, m.created_at AS "createdAt", v.versions, v.latest AS "latestVersion",
       coalesce((SELECT jsonb_object_agg(alias, version) FROM nightscore.model_alias a WHERE a.model = m.name), '{}') AS aliases
     FROM nightscore.model m,
       LATERAL (SELECT count(*)::int AS versions, max(version) AS latest
                FROM nightscore.model_version WHERE model = m.name) v
     ORDER BY m.name`,
  )
  return rows
}
