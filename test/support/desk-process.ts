import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from './jobs.ts';

const root = join(import.meta.dirname, '../..');

export interface DeskProcess {
  readonly child: ChildProcess;
  readonly origin: string;
  /** What it wrote so far, both streams. */
  output(): string;
  /** Waits for /readyz. Throws with the output when the process ends first. */
  ready(): Promise<void>;
  /** Sends the signal and waits for the end; returns the exit code (null: killed). */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Waits for the end by itself. */
  ended(): Promise<number | null>;
}

/** The whole desk as a process of its own: `main.ts` with nothing in its environment but `environment`. */
export async function startDesk(
  environment: Record<string, string>,
  args: readonly string[] = [],
): Promise<DeskProcess> {
  const port = environment.PORT ?? `${await freePort()}`;
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=11', '--heap-growing-percent=65', '--import', 'tsx', join(root, 'main.ts'), ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PORT: port, ...environment },
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  // 'close' comes when the output is read to its end as well.
  const closed = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  const origin = `http://127.0.0.1:${port}`;
  return {
    child,
    origin,
    output: () => output,
    async ready() {
      await eventually(async () => {
        if (child.exitCode !== null) throw new Error(`The desk ended with ${child.exitCode}:\n${output}`);
        return (await statusOf(`${origin}/readyz`)) === 200;
      }, 60_000);
    },
    async end(signal) {
      child.kill(signal);
      return closed;
    },
    ended: () => closed,
  };
}

/** The HTTP status, or null when nobody answers. */
export async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | null> {
  try {
    const response = await fetch(url, { headers });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
