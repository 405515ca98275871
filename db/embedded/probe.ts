import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';

export interface PidFile {
  readonly pid: number;
  readonly port: number | null;
}

/** PostgreSQL's own note of who runs a cluster (first line: process id, fourth: port), or null. */
export async function readPidFile(cluster: string): Promise<PidFile | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  const port = Number.parseInt(lines[3] ?? '', 10);
  return { pid: Number.isInteger(pid) ? pid : 0, port: Number.isInteger(port) && port > 0 ? port : null };
}

export function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted to signal it means that it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether process `pid` is the server of `cluster`. Process ids are used again (in containers nearly always the same
 * ones), so that a live process with the noted id may be anything.
 */
export async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const command = await commandLine(pid);
  if (command === null) return false;
  const folder = await realpath(cluster).catch(() => cluster);
  return /postgres/.test(command) && (command.includes(cluster) || command.includes(folder));
}

async function commandLine(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  }
  const [program, args] =
    process.platform === 'win32'
      ? [
          'powershell',
          ['-NoProfile', '-Command', `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`],
        ]
      : ['ps', ['-ww', '-o', 'command=', '-p', `${pid}`]];
  return promisify(execFile)(program, args).then(
    ({ stdout }) => stdout,
    () => null,
  );
}

/** ready: our cluster answers · starting: it is there and does not take connections yet · no: nobody, or another server. */
export type Answer = 'ready' | 'starting' | 'no';

export async function probe(url: string, cluster: string): Promise<Answer> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {}, fetch_types: false });
  try {
    const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
    const [said, meant] = await Promise.all([realpath(row?.folder ?? '').catch(() => null), realpath(cluster)]);
    return said === meant ? 'ready' : 'no';
  } catch (error) {
    // 57P03: cannot connect now (starting up, recovering, shutting down).
    return error instanceof Error && 'code' in error && error.code === '57P03' ? 'starting' : 'no';
  } finally {
    await sql.end({ timeout: 1 });
  }
}
