import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/describe-error.ts';

/** A holder may be running initdb or waiting for crash recovery; after this long something is wrong. */
const waitMs = 120_000;
const retryMs = 50;

/**
 * Runs `work` while no other process of this machine runs work under the same name. A listening local socket is the
 * lock: the operating system frees it when its process dies, so that no stale lock can be left behind.
 * Throws when the lock cannot be had within two minutes.
 */
export async function withMutex<T>(name: string, work: () => Promise<T>): Promise<T> {
  const server = await acquire(socketPath(name));
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function socketPath(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 24);
  // Linux has an abstract namespace and Windows has pipes, both vanish with their process; elsewhere a file is left.
  if (process.platform === 'linux') return `\0holdfast-${hash}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\holdfast-${hash}`;
  return join(tmpdir(), `holdfast-${hash}.sock`);
}

async function acquire(path: string): Promise<Server> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const server = await listen(path);
    if (server !== null) return server;
    if (!path.startsWith('\0') && process.platform !== 'win32' && !(await someoneListens(path))) {
      await rm(path, { force: true });
    } else if (Date.now() > deadline) {
      throw new Fault('Another Holdfast process has been starting or stopping the database for two minutes.');
    } else {
      await sleep(retryMs);
    }
  }
}

/** The server that now holds the lock, or null when somebody else does. */
function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function someoneListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
