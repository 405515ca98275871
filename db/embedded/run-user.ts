import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Fault } from '../../core/describe-error.ts';

/** The user that PostgreSQL runs as. Null: the one who runs Holdfast. */
export type RunUser = { readonly uid: number; readonly gid: number } | null;

/**
 * PostgreSQL refuses to run as root. Root hands it to the owner of an existing data folder, else to `postgres`, else to
 * `nobody`. Everybody else runs it directly.
 */
export async function chooseRunUser(existingDataFolder: string | null): Promise<RunUser> {
  if (process.getuid?.() !== 0) return null;
  if (existingDataFolder !== null) {
    const { uid, gid } = await stat(existingDataFolder);
    if (uid !== 0) return { uid, gid };
  }
  const users = await readUsers();
  const user = users.get('postgres') ?? users.get('nobody');
  if (user === undefined) {
    throw new Fault(
      'PostgreSQL does not run as root, and there is no user postgres or nobody to hand it to. ' +
        'Start Holdfast as an ordinary user, or set DATABASE_URL.',
    );
  }
  return user;
}

async function readUsers(): Promise<Map<string, { uid: number; gid: number }>> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const users = new Map<string, { uid: number; gid: number }>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    // macOS writes nobody as -2: system calls take it as an unsigned number.
    if (name && uid && gid) users.set(name, { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 });
  }
  return users;
}

/** Whether `user` may enter every folder above `path` and read (a folder: also enter) `path` itself. */
export async function canReach(user: RunUser, path: string): Promise<boolean> {
  if (user === null) return true;
  let current = resolve(path);
  if (!(await allows(user, current, true))) return false;
  while (dirname(current) !== current) {
    current = dirname(current);
    if (!(await allows(user, current, false))) return false;
  }
  return true;
}

async function allows(user: { uid: number; gid: number }, path: string, read: boolean): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  const needed = read ? 0o5 : 0o1;
  return ((mode >> shift) & needed) === needed;
}
