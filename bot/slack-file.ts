import { webApi } from '@slack/bolt';
import { z } from 'zod';
import { labelLimitBytes } from '../core/dispatch/label.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import type { Gesture } from './gesture.ts';

/** Slack's own host for files; nothing else is ever asked with the bot's token. */
const fileHost = 'files.slack.com';
/** 10 MB in a slow quarter of a minute; the form waits behind a notice meanwhile. */
const fetchWithinMs = 15_000;

export interface SlackFile {
  readonly name: string;
  readonly body: Uint8Array;
}

/** As much of a file input's state as is believed: which file. Everything else Slack is asked for. */
const uploaded = z.object({ files: z.array(z.object({ id: z.string().regex(/^F[A-Z0-9]{1,40}$/i) })).max(1) });

/** The id of the file in a form's file input; null when none was chosen. */
export function uploadedFileId(state: unknown): string | null {
  const parsed = uploaded.safeParse(state);
  return parsed.success ? (parsed.data.files[0]?.id ?? null) : null;
}

/**
 * A file that a person put into a form, at most 10 MB, with the bot's token, from Slack's own host only: the address
 * comes from Slack's answer about the file's id, and is refused when it leads elsewhere or on to another place. The size
 * is counted while it arrives. Refusals: `file_gone`, `file_not_readable`, `file_elsewhere`, `label_too_large`.
 */
export async function fetchSlackFile(
  { client, deps }: Pick<Gesture, 'client' | 'deps'>,
  fileId: string,
): Promise<Result<SlackFile>> {
  const { botToken, apiUrl } = deps.config;
  const described = await describe(client, fileId);
  if (!described.ok) return described;
  const { name, url } = described.value;
  if (!isSlackFileUrl(url, apiUrl)) {
    return refuse(
      'file_elsewhere',
      'This file is not kept by Slack itself. Upload the PDF from your computer.',
      'label',
    );
  }
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${botToken}` },
      // Without the right to read files Slack leads on to a login page; and no other host may get the token.
      redirect: 'manual',
      signal: AbortSignal.timeout(fetchWithinMs),
    });
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      return refuse('file_not_readable', notReadable, 'label');
    }
    return await readLimited(name, response.headers.get('content-length'), response.body);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Resets and timeouts alike: nothing was changed yet.
    return refuse('file_not_readable', 'Slack did not hand over the file in time. Send the form again.', 'label');
  }
}

const notReadable = 'Slack did not hand over the file. The bot needs the scope files:read; else choose the file again.';

async function describe(client: Gesture['client'], fileId: string): Promise<Result<{ name: string; url: string }>> {
  try {
    const { file } = await client.files.info({ file: fileId });
    const url = file?.url_private_download ?? file?.url_private;
    if (file === undefined || url === undefined) return refuse('file_gone', 'Slack no longer has this file.', 'label');
    if ((file.size ?? 0) > labelLimitBytes) return tooLarge;
    return ok({ name: file.name ?? 'label.pdf', url });
  } catch (error) {
    if (!(error instanceof webApi.WebAPIPlatformError)) throw error;
    const isGone = error.data.error === 'file_not_found' || error.data.error === 'file_deleted';
    return isGone
      ? refuse('file_gone', 'Slack no longer has this file. Choose it again.', 'label')
      : refuse('file_not_readable', notReadable, 'label');
  }
}

const tooLarge = refuse(
  'label_too_large',
  'The label may have at most 10 MB. Export it with a lower resolution.',
  'label',
);

/** `apiUrl`: where the Web API is when it is not Slack's own: its files are there too. */
export function isSlackFileUrl(text: string, apiUrl: string | undefined): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (apiUrl !== undefined) return url.origin === new URL(apiUrl).origin;
  return url.protocol === 'https:' && url.hostname === fileHost && url.port === '';
}

async function readLimited(
  name: string,
  announced: string | null,
  stream: ReadableStream<Uint8Array>,
): Promise<Result<SlackFile>> {
  if (Number(announced ?? 0) > labelLimitBytes) {
    await stream.cancel();
    return tooLarge;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    // Leaving the loop closes the stream.
    if (length > labelLimitBytes) return tooLarge;
    chunks.push(chunk);
  }
  return ok({ name, body: Buffer.concat(chunks, length) });
}
