import { z } from 'zod'
import { jobFileSchema } from './job-file'
import { modelManifestSchema } from './model-manifest'

/**
 * The JSON Schemas that editors complete and check job files and model.yaml with, by file name under schemas/.
 * Draft 7: the newest that the YAML language server knows in full.
 */
export function jsonSchemas(): Record<string, object> {
  return {
    'job.schema.json': toJsonSchema(jobFileSchema, 'Nightscore job file'),
    'model.schema.json': toJsonSchema(modelManifestSchema, 'Nightscore model.yaml'),
  }
}

function toJsonSchema(schema: z.ZodType, title: string): object {
  return { title, ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) }
}
