import type { PreviewJson } from '../../../core/ports/slack-preview.ts';

/** Block Kit is JSON of the bot: these read it without believing it. */
export const isJson = (value: unknown): value is PreviewJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): readonly PreviewJson[] => (Array.isArray(value) ? value.filter(isJson) : []);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
/** The text inside a text object. */
export const labelOf = (value: unknown): string => (isJson(value) ? textOf(value.text) : '');
