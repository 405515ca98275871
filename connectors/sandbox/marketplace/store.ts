import { readFileSync, renameSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MarketState } from './types.ts';

/** Changes close together are written once. */
const debounceMs = 300;

export interface MarketStore {
  readonly state: MarketState;
  /** Something changed: write it soon. */
  changed(): void;
  /** Resolves when everything changed so far is on disk: answered only then, an effect survives a crash. */
  saved(): Promise<void>;
}

const emptyState = (): MarketState => ({ version: 1, nextShopNo: 1, nextEvent: 1, shops: [], grants: [], codes: [] });

/** The marketplace's memory: in `file` across restarts (written whole, then renamed), or only in this process. */
export function openStore(file: string | null): MarketStore {
  const state = file === null ? emptyState() : load(file);
  let isDirty = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function write(path: string): Promise<void> {
    if (!isDirty) return;
    isDirty = false;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  function writeNow(path: string): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // A failed write must not stop the next one; whoever awaits this one still hears of it.
    writing = writing.catch(() => undefined).then(() => write(path));
    return writing;
  }

  return {
    state,
    changed() {
      isDirty = true;
      if (file === null || timer !== null) return;
      timer = setTimeout(() => {
        // Nobody awaits this one; the next `saved` tries again and reports.
        writeNow(file).catch(() => {
          isDirty = true;
        });
      }, debounceMs);
      timer.unref();
    },
    saved: () => (file === null ? Promise.resolve() : writeNow(file)),
  };
}

function load(file: string): MarketState {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // No file yet: a new marketplace.
    return emptyState();
  }
  try {
    const state: unknown = JSON.parse(text);
    if (isMarketState(state)) return state;
  } catch {
    // Falls through: an unreadable file is kept aside below.
  }
  renameSync(file, `${file}.unreadable`);
  return emptyState();
}

/** Only this module writes the file, so its version says enough. */
const isMarketState = (value: unknown): value is MarketState =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'shops' in value;
