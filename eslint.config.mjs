import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/** Imports that match are refused; `import type` leaves nothing behind, so it is allowed wherever `types` says so. */
const refuse = (regex, message, { types = true } = {}) => ({ regex, message, allowTypeImports: types })

const restrictedImports = (...patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
})

/** The layers of docs/: a folder's name says what is permitted inside it. test/rules follows the imports through all files. */
const layers = [
  {
    files: ['workflows/**/*.ts'],
    rules: restrictedImports(
      refuse(
        String.raw`^(?!@temporalio/(workflow|common)$|\.{1,2}/)`,
        'Workflows are deterministic: @temporalio/workflow, @temporalio/common, their own files and schemas/ only.',
      ),
      refuse(
        String.raw`^(\.\./)+(activities|workers|test|bench)(/|$)`,
        'Workflows import types only from other layers.',
      ),
    ),
  },
  {
    files: ['workflows/plan/**/*.ts'],
    rules: restrictedImports(
      refuse(
        String.raw`^(?!@temporalio/common$|\./|\.\./\.\./schemas/)`,
        'workflows/plan is pure: its own files, schemas/ and @temporalio/common only.',
      ),
    ),
  },
  {
    files: ['activities/**/*.ts'],
    rules: restrictedImports(
      refuse(
        String.raw`^(\.\./)+(workers|workflows(?!/plan/)|test|bench)(/|$)`,
        'Activities know nothing of who runs them.',
        {
          types: false,
        },
      ),
    ),
  },
  {
    files: ['activities/evaluation/stats/**/*.ts'],
    rules: restrictedImports(
      refuse(
        String.raw`^(?!\./|@stdlib/)`,
        'stats/ is pure: typed arrays in, numbers out; its own files and @stdlib only.',
      ),
    ),
  },
  {
    files: ['activities/evaluation/{profiles,drift,accuracy}/**/*.ts'],
    rules: restrictedImports(
      refuse(
        String.raw`^(?!\./|\.\./(stats|profiles)/|\.\./\.\./\.\./schemas/)`,
        'Profiles, drift and accuracy are pure: their own files, stats/, profiles/ and schemas/ only.',
      ),
    ),
  },
  {
    files: ['activities/evaluation/reports/**/*.ts'],
    rules: restrictedImports(
      refuse(
        String.raw`^(?!echarts$|\./|\.\./(stats|profiles|drift|gates)/|\.\./\.\./\.\./schemas/)`,
        'Reports are pure: their own files, echarts, stats/, profiles/, drift/, gates/ and schemas/ only.',
      ),
    ),
  },
  {
    files: ['schemas/**/*.ts'],
    rules: restrictedImports(
      refuse(
        String.raw`^(\.\./)+(activities|workers|workflows|test|bench)(/|$)`,
        'schemas/ is what the layers share: it imports none of them.',
        { types: false },
      ),
    ),
  },
  {
    files: ['workers/**/*.ts'],
    rules: restrictedImports(
      refuse(String.raw`^(\.\./)+(test|bench)(/|$)`, 'Programs do not lean on tests.'),
    ),
  },
]

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.nightscore/', 'examples/**/out/', '**/.venv/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      // numbers in messages are the point of them
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => resolve()` and friends: the short form is the clear one
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // an interface's method may have nothing to wait for
      '@typescript-eslint/require-await': 'off',
      // the price of noUncheckedIndexedAccess in loops over typed arrays
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'exit',
          message: 'Set process.exitCode and return: only the CLI ends the process.',
        },
      ],
      eqeqeq: 'error',
    },
  },
  { files: ['workers/cli/main.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // expect.any() and friends are any
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off', // variables of the environment
    },
  },
  ...layers,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'setTimeout', 'module', 'require', '__dirname', 'URL'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
)
