import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a process has in memory now, and the most that it ever had where the system knows; in MB. Null: it has ended. */
export async function residentMemory(pid: number): Promise<{ readonly nowMb: number; readonly peakMb: number } | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
    return { nowMb: kilobytes('VmRSS') / 1024, peakMb: kilobytes('VmHWM') / 1024 };
  } catch {
    // Not Linux: ps knows the present only, and the caller keeps the maximum of what it saw.
    return fromPs(pid);
  }
}

async function fromPs(pid: number): Promise<{ readonly nowMb: number; readonly peakMb: number } | null> {
  try {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', `${pid}`]);
    const nowMb = Number(stdout.trim()) / 1024;
    return { nowMb, peakMb: nowMb };
  } catch {
    // It has ended.
    return null;
  }
}
