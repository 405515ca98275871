import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { eventually, killed } from './jobs.ts';

export interface Victim {
  /** Resolves when the process has printed the words. */
  said(words: string): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts scripts of test/support as processes to be killed; what still lives is killed when the file's tests end. */
export function victims(script: string): (args: readonly string[]) => Victim {
  const children = new Set<ChildProcess>();
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  return (args) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, script), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    return {
      said: (words) => eventually(async () => output.includes(words), 30_000).then(() => {}),
      async kill() {
        await killed(child, 'SIGKILL');
        children.delete(child);
      },
    };
  };
}
