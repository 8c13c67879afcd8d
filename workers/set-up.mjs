/**
 * Makes a checkout ready to run: packages, compiled code, assets, workflow bundle. Needs nothing but Node itself.
 *
 *     node workers/set-up.mjs                all of it
 *     node workers/set-up.mjs --build-only   no install: only what follows from changed sources
 *
 * Each step has a stamp (what it was made from) and is skipped while the stamp still holds.
 */
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const dist = path.join(root, 'dist')
const lockPath = path.join(root, '.nightscore', 'set-up.lock')
const require = createRequire(import.meta.url)

const codeFolders = ['workflows', 'activities', 'workers', 'schemas', 'test', 'bench']
const assetFolders = ['workflows', 'activities', 'workers', 'schemas', 'bench']
const assetEndings = ['.sql', '.json', '.html', '.css', '.svg', '.yaml']

class SetUpError extends Error {}

await main().catch((error) => {
  console.error(error instanceof SetUpError ? `\nset-up: ${error.message}` : error)
  process.exitCode = 1
})

async function main() {
  const unknown = process.argv.slice(2).filter((word) => word !== '--build-only')
  if (unknown.length > 0)
    throw new SetUpError(`unknown option ${unknown.join(' ')}. Usage: node workers/set-up.mjs [--build-only]`)
  checkNode()
  const unlock = await takeLock()
  try {
    if (process.argv.includes('--build-only')) requirePackages()
    else await installPackages()
    copyAssets()
    const failed = (await Promise.allSettled([compile(), bundleWorkflows()])).find(
      (step) => step.status === 'rejected',
    )
    if (failed !== undefined) throw failed.reason
  } finally {
    unlock()
  }
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 3))
    throw new SetUpError(
      `this is Node ${process.versions.node}, at least 20.3.0 is needed. Install a current one (https://nodejs.org, or \`nvm install 22\`) and run this again.`,
    )
}

// ---- packages

/** `npm ci` runs only when package-lock.json is not the one that node_modules was made from. */
async function installPackages() {
  const stampPath = path.join(root, 'node_modules', '.nightscore-lock')
  const wanted = sha256(fs.readFileSync(path.join(root, 'package-lock.json')))
  if (readText(stampPath) === wanted) return
  if (!installedMatchesLock()) {
    await timed('installing packages (npm ci; a first time takes about a minute)', () =>
      // ONNXRUNTIME_NODE_INSTALL: no GPU libraries, also where an .npmrc of the user's turns install scripts on again
      run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
        ONNXRUNTIME_NODE_INSTALL: 'skip',
        npm_config_onnxruntime_node_install: 'skip',
      }),
    )
  }
  fs.writeFileSync(stampPath, wanted)
}

/** True when npm's own record of what it installed agrees with package-lock.json, package by package. */
function installedMatchesLock() {
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages
  const locked = readJson(path.join(root, 'package-lock.json'))?.packages
  if (installed === undefined || locked === undefined) return false
  const same = ([name, entry]) =>
    locked[name]?.version === entry.version && locked[name]?.integrity === entry.integrity
  const present = ([name, entry]) => name === '' || entry.optional === true || installed[name] !== undefined
  return Object.entries(installed).every(same) && Object.entries(locked).every(present)
}

function requirePackages() {
  if (!fs.existsSync(path.join(root, 'node_modules', 'typescript')))
    throw new SetUpError('no packages are installed here. Run `npm run setup`, which installs and builds.')
}

// ---- TypeScript

async function compile() {
  const sources = listFiles(codeFolders, (name) => name.endsWith('.ts'))
  if (sources.length === 0) return
  const inputs = [...sources, 'tsconfig.json', 'package-lock.json']
  const stampPath = path.join(dist, '.compiled')
  const wanted = fingerprint(inputs)
  if (readText(stampPath) === wanted && fs.existsSync(path.join(dist, '.tsbuildinfo'))) return
  fs.rmSync(stampPath, { force: true })
  removeOrphans(sources)
  await timed(`compiling ${sources.length} TypeScript files`, () =>
    run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', root, '--pretty', 'false']),
  )
  const cli = path.join(dist, 'workers', 'cli', 'main.js')
  if (fs.existsSync(cli)) fs.chmodSync(cli, 0o755) // what `npx nightscore` runs
  // a source saved while tsc ran has another fingerprint than `wanted`: the next set-up compiles again
  fs.writeFileSync(stampPath, wanted)
}

/** A compiled file without its source would still be found by whoever lists the folder (tests, migrations): away with it. */
function removeOrphans(sources) {
  if (!fs.existsSync(dist)) return
  const known = new Set(sources.map((file) => file.slice(0, -'.ts'.length)))
  const compiledFolders = codeFolders.map((folder) => path.join('dist', folder))
  for (const file of listFiles(compiledFolders, (name) => /\.js(\.map)?$/.test(name))) {
    const stem = path.relative('dist', file).replace(/\.js(\.map)?$/, '')
    if (known.has(stem)) continue
    fs.rmSync(path.join(root, file))
    fs.rmSync(path.join(dist, '.tsbuildinfo'), { force: true }) // or tsc would believe that its output is still there
  }
}

/** dist/ holds the same assets as the sources: an SQL migration that was renamed must not run under both names. */
function copyAssets() {
  const isAsset = (name) => assetEndings.some((ending) => name.endsWith(ending))
  const wanted = listFiles(assetFolders, isAsset)
  const compiledFolders = assetFolders.map((folder) => path.join('dist', folder))
  const present = listFiles(compiledFolders, isAsset)
  for (const file of present)
    if (!wanted.includes(path.relative('dist', file))) fs.rmSync(path.join(root, file))
  for (const file of wanted) {
    const target = path.join(dist, file)
    const bytes = fs.readFileSync(path.join(root, file))
    if (fs.existsSync(target) && fs.readFileSync(target).equals(bytes)) continue
    fs.mkdirSync(path.dirname(target), { recursive: true })
    writeWhole(target, bytes)
  }
}

// ---- the workflow bundle

/** Bundled ahead: a worker that bundles when it starts would spend seconds and 200 MB on it, each time. */
async function bundleWorkflows() {
  const entry = path.join(root, 'workflows', 'index.ts')
  if (!fs.existsSync(entry)) return
  const target = path.join(dist, 'workflow-bundle.js')
  const stampPath = path.join(dist, '.bundled')
  const sources = listFiles(['workflows', 'schemas'], (name) => name.endsWith('.ts'))
  const wanted = fingerprint([...sources, 'package-lock.json'])
  if (readText(stampPath) === wanted && fs.existsSync(target)) return
  fs.rmSync(stampPath, { force: true })
  await timed('bundling the workflows', async () => {
    const { bundleWorkflowCode } = require('@temporalio/worker')
    const warnings = []
    const keep = (...words) => warnings.push(words.join(' '))
    const silent = () => {}
    const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: keep, error: keep }
    const bundle = await bundleWorkflowCode({ workflowsPath: entry, logger }).catch((error) => {
      throw new SetUpError(`the workflows could not be bundled: ${error.message}\n${warnings.join('\n')}`)
    })
    fs.mkdirSync(dist, { recursive: true })
    writeWhole(target, bundle.code)
  })
  fs.writeFileSync(stampPath, wanted)
}

// ---- one set-up at a time

/** @returns a function that gives the lock back. Waits while another live process holds it. */
async function takeLock() {
  fs.mkdirSync(path.dirname(lockPath), { recursive: true })
  const mine = `${process.pid}\n`
  const started = Date.now()
  for (let told = false; ;) {
    try {
      fs.writeFileSync(lockPath, mine, { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(readText(lockPath))
    const abandoned = holder > 0 ? !isAlive(holder) : ageMs(lockPath) > 5000 // an empty file: killed before it wrote
    if (abandoned) {
      fs.rmSync(lockPath, { force: true })
      continue
    }
    if (!told) console.log(`waiting for another set-up in this folder (process ${holder}) ...`)
    told = true
    if (Date.now() - started > 15 * 60_000)
      throw new SetUpError(
        `waited 15 minutes for process ${holder}, which holds ${path.relative(root, lockPath)}. If that is no set-up, delete the file.`,
      )
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const unlock = () => {
    if (readText(lockPath) === mine) fs.rmSync(lockPath, { force: true })
  }
  process.once('exit', unlock)
  return unlock
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

// ---- small things

async function timed(what, work) {
  const started = Date.now()
  console.log(`set-up: ${what} ...`)
  await work()
  console.log(`set-up: ${what.replace(/ \(.*/, '')}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

function run(command, words, env = {}) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32' // npm is npm.cmd there
    const child = spawn(command, words, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
      shell,
    })
    const shown = [
      command === process.execPath ? 'node' : command,
      ...words.map((word) => path.relative(root, word) || '.'),
    ]
    child.once('error', (error) => reject(new SetUpError(`cannot run ${command}: ${error.message}`)))
    child.once('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(
            new SetUpError(`\`${shown.join(' ')}\` ended with ${signal ?? `exit code ${code}`}: see above`),
          ),
    )
  })
}

/** @returns files under the folders as paths relative to the root, sorted; folders that do not exist hold none. */
function listFiles(folders, accept) {
  const files = []
  const visit = (folder) => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const file = path.join(folder, entry.name)
      if (entry.isDirectory()) visit(file)
      else if (accept(entry.name)) files.push(file)
    }
  }
  for (const folder of folders) if (fs.existsSync(path.join(root, folder))) visit(folder)
  return files.sort()
}

/** Name, size and mtime of each file: 300 files take 5 ms, reading them would take 40. */
function fingerprint(files) {
  const lines = files.map((file) => {
    const { size, mtimeMs } = fs.statSync(path.join(root, file))
    return `${file} ${size} ${mtimeMs}`
  })
  return sha256(`${process.versions.node}\n${lines.join('\n')}`)
}

/** Replaced by rename: a worker that starts meanwhile reads the old file or the new one, never half of one. */
function writeWhole(file, bytes) {
  const temporary = `${file}.${randomUUID()}`
  fs.writeFileSync(temporary, bytes)
  fs.renameSync(temporary, file)
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function readJson(file) {
  return JSON.parse(readText(file) ?? '{}')
}

function ageMs(file) {
  return Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
