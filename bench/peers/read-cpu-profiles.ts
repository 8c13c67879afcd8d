import fs from 'node:fs'
import path from 'node:path'
import { threadRole, threadTimes, type CpuProfile, type ThreadTimes } from './cpu-profile'

/** A thread that did less is not worth a table. */
const leastBusySeconds = 0.1
const functionCount = 12

/** What --cpu-prof wrote into a folder: CPU.<day>.<time>.<pid>.<thread>.<sequence>.cpuprofile, one a thread; main thread first. */
export function readCpuProfiles(folder: string): ThreadTimes[] {
  return fs
    .readdirSync(folder)
    .flatMap((name) => {
      const threadNo = /\.(\d+)\.\d+\.cpuprofile$/.exec(name)?.[1]
      return threadNo === undefined ? [] : [{ name, threadNo: Number(threadNo) }]
    })
    .sort((a, b) => a.threadNo - b.threadNo)
    .map(({ name, threadNo }) => {
      const profile = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as CpuProfile
      return threadTimes(threadRole(profile, threadNo), profile, functionCount)
    })
    .filter(({ busySeconds }) => busySeconds >= leastBusySeconds)
}
