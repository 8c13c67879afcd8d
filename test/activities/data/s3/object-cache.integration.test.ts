import fs from 'node:fs'
import fsPromises from 'node:fs/promises'
import path from 'node:path'
import { ObjectCache } from '../../../../activities/data/s3/object-cache'
import { headObject } from '../../../../activities/data/s3/objects'
import { uploadFile } from '../../../../activities/data/s3/upload-file'
import { type S3Server, startS3Server, temporaryFolder } from '../../../stack'
import { useS3 } from '../../../stack/use-s3'

let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
  server.bucket('lake')
  useS3(server)
})

const put = async (key: string, bytes: Buffer) => {
  const file = path.join(temporaryFolder(), 'file')
  fs.writeFileSync(file, bytes)
  await uploadFile(file, `s3://lake/${key}`)
  return (await headObject(`s3://lake/${key}`))!
}
const entries = (folder: string): string[] =>
  fs.readdirSync(path.join(folder, 'objects')).filter((name) => !name.startsWith('.'))

test('an object of many parts and ranges comes back to the byte, under its hive folders', async () => {
  const bytes = Buffer.alloc(37 * 2 ** 20, 'nightscore')
  bytes.writeUInt32LE(1, 17 * 2 ** 20)
  const object = await put('in/month=07/a b+ü.bin', bytes)
  const lease = await new ObjectCache(temporaryFolder(), 10 ** 9).lease(object)
  expect(fs.readFileSync(lease.path).equals(bytes)).toBe(true)
  expect(lease.path).toMatch(/month=07\/a b\+ü\.bin$/)
  expect(lease.path.startsWith(`${lease.root}${path.sep}`)).toBe(true)
  await lease.release()
  expect(fs.existsSync(lease.path)).toBe(false)
})

test('two caches over one folder fetch an object once, also when both ask at once', async () => {
  const object = await put('twice.bin', Buffer.alloc(1_000, 1))
  const folder = temporaryFolder()
  const caches = [new ObjectCache(folder, 10 ** 9), new ObjectCache(folder, 10 ** 9)]
  const leases = await Promise.all([...caches, ...caches].map((cache) => cache.lease(object)))
  expect(entries(folder)).toHaveLength(1)
  expect(new Set(leases.map(({ path }) => fs.statSync(path).ino)).size).toBe(1)
  await server.kill()
  const again = await caches[1]!.lease(object) // without the server: it is here
  await server.start()
  for (const lease of [...leases, again]) await lease.release()
})

test('beyond its bound the least recently used go; what is being read stays readable', async () => {
  const folder = temporaryFolder()
  const cache = new ObjectCache(folder, 2_500)
  const objects = []
  for (const name of ['a', 'b', 'c']) objects.push(await put(`evict/${name}`, Buffer.alloc(1_000, name)))
  const first = await cache.lease(objects[0]!)
  await new Promise((resolve) => setTimeout(resolve, 20))
  for (const object of objects.slice(1)) await (await cache.lease(object)).release()
  expect(entries(folder)).toHaveLength(2)
  expect(fs.readFileSync(first.path, 'utf8')).toBe('a'.repeat(1_000))
  await first.release()
  await (await cache.lease(objects[0]!)).release() // fetched anew
})

test('a file that arrives where there is room does not have the others looked at', async () => {
  const folder = temporaryFolder()
  const cache = new ObjectCache(folder, 10 ** 9)
  const looked = jest.spyOn(fsPromises, 'readdir')
  for (let i = 0; i < 40; i += 1) {
    const file = path.join(temporaryFolder(), 'file')
    fs.writeFileSync(file, 'x')
    await cache.adopt({ url: `s3://lake/small/${i}`, sha256: '0' }, file)
  }
  // each of its own folder, and the first of all entries
  expect(looked.mock.calls.filter(([at]) => String(at) === path.join(folder, 'objects'))).toHaveLength(1)
  expect(looked.mock.calls.length).toBeLessThan(100)
  looked.mockRestore()
})

test('an object that was replaced is SOURCE_CHANGED, one that differs from its digest STORE_CORRUPT', async () => {
  const cache = new ObjectCache(temporaryFolder(), 10 ** 9)
  const planned = await put('changing.bin', Buffer.from('one'))
  await put('changing.bin', Buffer.from('two'))
  await expect(cache.lease(planned)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
  const staged = { url: 's3://lake/changing.bin', sha256: '0'.repeat(64) }
  await expect(cache.lease(staged)).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  await expect(cache.lease({ url: 's3://lake/gone', sha256: null })).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
  })
})

test('what a dead process held is removed by the next one', () => {
  const folder = temporaryFolder()
  const [host] = path.basename(new ObjectCache(folder, 1).ownFolder).split('~')
  const dead = path.join(folder, 'processes', `${host}~${2 ** 22 + 1}~0`)
  fs.mkdirSync(dead)
  const { ownFolder } = new ObjectCache(folder, 1)
  expect(fs.existsSync(dead)).toBe(false)
  expect(fs.existsSync(ownFolder)).toBe(true)
})
