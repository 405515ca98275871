import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, whatever the kernel's own tick is. */
const tickMs = 10;

interface Times {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly endedMs: number;
}

/** Processor time of a process so far, in ms. Null where the system does not say (it is not Linux). */
export async function cpuTimeMs(pid: number): Promise<number | null> {
  return (await timesOf(pid))?.ownMs ?? null;
}

/** The same of a process and its children, also of those that have ended: a PostgreSQL with all its backends. */
export async function familyCpuTimeMs(pid: number): Promise<number | null> {
  const own = await timesOf(pid);
  if (own === null) return null;
  let sum = own.ownMs + own.endedMs;
  for (const name of await readdir('/proc')) {
    const child = /^\d+$/.test(name) ? await timesOf(Number(name)) : null;
    if (child?.parent === pid) sum += child.ownMs;
  }
  return sum;
}

/** The parent of a process; of a PostgreSQL backend the server itself. */
export const parentOf = async (pid: number): Promise<number | null> => (await timesOf(pid))?.parent ?? null;

async function timesOf(pid: number): Promise<Times | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything: fields are counted from behind it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const sum = (from: number): number => ((fields[from] ?? 0) + (fields[from + 1] ?? 0)) * tickMs;
    return { parent, ownMs: sum(11), endedMs: sum(13) };
  } catch {
    // Ended meanwhile, or no /proc here.
    return null;
  }
}
