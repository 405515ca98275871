import { readFileSync } from 'node:fs';
import type { PreviewShortcut } from '../../core/ports/slack-preview.ts';

/**
 * The shortcuts that the app's manifest declares, so that the preview offers what an installed app would. Reads the one
 * list that it needs out of our own file: `features.shortcuts`, entries of `name`, `type` and `callback_id`.
 */
export function shortcutsInManifest(text: string): readonly PreviewShortcut[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^\s*shortcuts:\s*$/.test(line));
  if (start < 0) return [];
  const indent = (line: string): number => line.search(/\S/);
  const deep = indent(lines[start] ?? '');
  const entries: Record<string, string>[] = [];
  for (const line of lines.slice(start + 1)) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const isEntry = line.trim().startsWith('- ');
    if (indent(line) < deep || (indent(line) === deep && !isEntry)) break;
    const [, name = '', value = ''] = /^\s*(?:- )?(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (isEntry) entries.push({});
    const entry = entries.at(-1);
    if (entry !== undefined && name !== '') entry[name] = value.replace(/^(["'])(.*)\1$/, '$2');
  }
  return entries.flatMap(({ name = '', type, callback_id: callbackId = '' }) =>
    callbackId !== '' && (type === 'global' || type === 'message') ? [{ name, type, callbackId }] : [],
  );
}

export const manifestText = (): string => readFileSync(new URL('../manifest.yaml', import.meta.url), 'utf8');
