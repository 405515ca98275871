import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { laneOf, type TaskHandlers, type TaskName } from '../../core/ports/jobs.ts';

/** Handlers for every task: those given, and for the others one that fails by name. */
export function handlersFor(given: Partial<TaskHandlers>): TaskHandlers {
  const missing = Object.fromEntries(
    (Object.keys(laneOf) as TaskName[]).map((name) => [
      name,
      () => Promise.reject(new Error(`No handler for ${name} in this test.`)),
    ]),
  );
  return { ...missing, ...given } as TaskHandlers;
}

/** A script of test/support as a process of its own; resolves when it has printed `ready`. */
export async function startScript(file: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = Promise.withResolvers<void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    if (chunk.toString('utf8').includes('ready')) ready.resolve();
  });
  child.once('exit', (code) => ready.reject(new Error(`${file} ended with ${code} before it was ready`)));
  await ready.promise;
  return child;
}

export async function killed(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = await exit;
  return code;
}

/** Waits until `look` gives something other than null or false; throws after `timeoutMs`. */
export async function eventually<T>(look: () => Promise<T | null | false>, timeoutMs = 15_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Not so within ${timeoutMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
