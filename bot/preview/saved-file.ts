import { existsSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { SavedWorkspace } from './workspace.ts';

/** Changes come in bursts: one write for each. */
const waitMs = 500;

const json = z.record(z.string(), z.unknown());
const savedSchema = z.object({
  channels: z.array(z.object({ id: z.string(), hasBot: z.boolean() })),
  messages: z.array(
    z.object({
      ts: z.string().regex(/^\d+\.\d{6}$/),
      channelId: z.string(),
      threadTs: z.string().nullable(),
      userId: z.string(),
      onlyFor: z.null(),
      text: z.string(),
      blocks: z.array(json),
      metadata: json.nullable(),
      editedTs: z.string().nullable(),
      unfurls: z.array(z.object({ url: z.string(), text: z.string(), blocks: z.array(json) })),
    }),
  ),
});

/** What stood in the channels before the last stop; null: nothing, or nothing readable (kept aside then). */
export function readSaved(file: string): SavedWorkspace | null {
  if (!existsSync(file)) return null;
  try {
    return savedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    renameSync(file, `${file}.unreadable`);
    return null;
  }
}

/** Writes the workspace a moment after it changed, whole, then renamed. `flush` writes what waits. */
export function createSaver(file: string, current: () => SavedWorkspace): { changed(): void; flush(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify(current()), { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  const flush = (): Promise<void> => {
    if (timer === null) return writing;
    clearTimeout(timer);
    timer = null;
    // One after the other: two writers of one file would tear it. What cannot be written is lost with the process.
    writing = writing.then(write).catch(() => {});
    return writing;
  };
  return {
    changed() {
      timer ??= setTimeout(() => void flush(), waitMs);
      timer.unref();
    },
    flush,
  };
}
