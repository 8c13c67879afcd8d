type Task = () => void | Promise<void>

const tasks: Task[] = []

/** Has something undone after the last test of this file: folders removed, processes stopped. */
export function whenFileEnds(task: Task): void {
  tasks.push(task)
}

/** In reverse order: what was made last goes first. All are tried; the first failure is thrown at the end. */
export async function cleanUp(): Promise<void> {
  const failures: unknown[] = []
  for (const task of tasks.splice(0).reverse()) {
    try {
      await task()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
