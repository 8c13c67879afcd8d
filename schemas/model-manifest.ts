import { z } from 'zod'

const common = { name: z.string().min(1), outOfRange: z.enum(['count', 'quarantine']).optional() }

const featureSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('number'),
    min: z.number().optional().describe('Smallest plausible value, in the feature’s own unit'),
    max: z.number().optional().describe('Largest plausible value, in the feature’s own unit'),
    missing: z.union([z.literal('nan'), z.literal('quarantine'), z.number()]).default('quarantine'),
    infinite: z.enum(['allow', 'quarantine']).default('quarantine'),
  }),
  z.strictObject({
    ...common,
    type: z.literal('boolean'),
    missing: z.union([z.literal('quarantine'), z.boolean()]).default('quarantine'),
  }),
  z.strictObject({
    ...common,
    type: z.literal('text'),
    missing: z
      .union([z.literal('quarantine'), z.strictObject({ value: z.string() })])
      .default('quarantine')
      .describe('quarantine, or { value: text } that stands for a missing one'),
  }),
  z.strictObject({
    ...common,
    type: z.literal('category'),
    categories: z.array(z.string()).min(1).describe('The index of a value in this list is its code'),
    unknown: z.union([z.literal('quarantine'), z.number().int()]).default('quarantine'),
    missing: z.union([z.literal('nan'), z.literal('quarantine'), z.number().int()]).default('quarantine'),
  }),
  z.strictObject({
    ...common,
    type: z.literal('list'),
    length: z.number().int().positive().describe('Elements in each list: K of the [N, K] tensor'),
    min: z.number().optional(),
    max: z.number().optional(),
    missing: z.union([z.literal('nan'), z.literal('quarantine'), z.number()]).default('quarantine'),
    infinite: z.enum(['allow', 'quarantine']).default('quarantine'),
  }),
])

/** model.yaml: what a model package says of itself. */
export const modelManifestSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits and . _ - only, at most 63')
      .describe('The model’s name; registering a package under the same name makes its next version'),
    description: z.string().optional(),
    task: z.enum(['binary', 'multiclass', 'regression', 'raw']),
    input: z
      .strictObject({ tensor: z.string() })
      .optional()
      .describe(
        'All features packed into this one [N, F] tensor, in order; without it, one tensor per feature, of its name',
      ),
    features: z.array(featureSchema).min(1),
    output: z
      .strictObject({
        tensor: z.string().optional().describe('The output to read; may be left out where the model has one'),
        positive: z
          .number()
          .int()
          .min(0)
          .optional()
          .describe('binary: the column of the positive class; default 1 of 2 columns'),
        threshold: z.number().default(0.5).describe('binary: label = score >= threshold'),
        classes: z.array(z.string()).min(2).optional().describe('multiclass: the label of each column'),
      })
      .default({ threshold: 0.5 }),
    tolerance: z
      .strictObject({ rtol: z.number().min(0).default(1e-4), atol: z.number().min(0).default(1e-5) })
      .default({ rtol: 1e-4, atol: 1e-5 })
      .describe('Golden rows agree where |a - b| <= atol + rtol |b|'),
  })
  .superRefine((manifest, context) => {
    const seen = new Set<string>()
    manifest.features.forEach((feature, i) => {
      if (seen.has(feature.name))
        context.addIssue({
          code: 'custom',
          path: ['features', i, 'name'],
          message: 'a name that no other feature has',
          input: feature.name,
        })
      seen.add(feature.name)
      if (feature.type === 'category' && new Set(feature.categories).size < feature.categories.length)
        context.addIssue({
          code: 'custom',
          path: ['features', i, 'categories'],
          message: 'each category once',
          input: feature.categories,
        })
    })
    if (manifest.task === 'multiclass' && !manifest.output.classes)
      context.addIssue({
        code: 'custom',
        path: ['output', 'classes'],
        message: 'the labels of the columns, in order',
        input: undefined,
      })
  })

export type ModelManifest = z.infer<typeof modelManifestSchema>
export type ModelFeature = ModelManifest['features'][number]

/** Element types of tensors that models may have. */
export const elementTypes = ['float32', 'float64', 'int64', 'int32', 'bool', 'string'] as const
export type ElementType = (typeof elementTypes)[number]

/** One input or output tensor; `shape` has null for a dimension that is not fixed (the batch). */
export interface TensorInfo {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly (number | null)[]
}

/** The inputs and outputs of model.onnx as ONNX Runtime tells them, stored at registration. */
export interface ModelSignature {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
  /**
   * Rows of one `run`, a power of two measured once at registration so that a run takes well under 100 ms; with the
   * version, not the worker, so that every retry cuts its rows alike. Default: a scanned batch.
   */
  readonly rowsPerRun?: number
  /** Its tree ensemble is scored by the tree kernel: found at registration to give ONNX Runtime's answers to the last bit, sooner. */
  readonly treeKernel?: boolean
}
