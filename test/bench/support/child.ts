import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What `npm start` gives Node, so that memory and speed are those of a desk. */
export const nodeArguments: readonly string[] = [
  '--max-semi-space-size=11',
  '--heap-growing-percent=65',
  '--import',
  'tsx',
];

export interface Child {
  readonly pid: number;
  /** The next line that it prints. Throws when it ends first. */
  line(): Promise<string>;
  /** Asks it to end, and after some seconds makes it. */
  end(): Promise<void>;
}

const endTimeoutMs = 10_000;

/** A script of the bench as a process of its own; `input` reaches it as JSON in its first argument. */
export function startChild(file: string, input: unknown): Child {
  const child = spawn(process.execPath, [...nodeArguments, file, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  if (child.pid === undefined) throw new Error(`${file} could not be started.`);
  return {
    pid: child.pid,
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${file} ended with ${child.exitCode} before it answered.`);
      return value;
    },
    end: () => endChild(child),
  };
}

/** Safe for one that has ended. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
  await exit;
  clearTimeout(timer);
}
