import { ok, type Result, refuse } from '../result.ts';

/** What self-pickup labels may weigh, in bytes: the limit that the manuals name. */
export const labelLimitBytes = 10 * 1024 * 1024;

/** Labels carry a recipient's name: they go this long after dispatch, when no carrier asks for a reprint any more. */
export const labelRetentionDays = 90;

const signature = [0x25, 0x50, 0x44, 0x46, 0x2d];
/** Readers accept the signature anywhere in the first kilobyte. */
const signatureWithin = 1_024;

export interface Label {
  readonly name: string;
  readonly body: Uint8Array;
}

/** A PDF by its content, whatever its name says; else the refusal. */
export function checkLabel(label: Label): Result<Label> {
  if (label.body.byteLength === 0)
    return refuse('label_empty', 'The label file is empty. Choose the PDF again.', 'label');
  if (label.body.byteLength > labelLimitBytes) {
    return refuse('label_too_large', 'The label may have at most 10 MB. Export it with a lower resolution.', 'label');
  }
  if (!isPdf(label.body))
    return refuse('label_not_pdf', 'The label is not a PDF file. Upload the PDF itself.', 'label');
  const name = label.name
    .replaceAll(/[\p{Cc}/\\]/gu, '')
    .trim()
    .slice(0, 200);
  return ok({ name: name === '' ? 'label.pdf' : name, body: label.body });
}

function isPdf(body: Uint8Array): boolean {
  const last = Math.min(signatureWithin, body.byteLength - signature.length);
  for (let start = 0; start <= last; start += 1) {
    if (signature.every((byte, index) => body[start + index] === byte)) return true;
  }
  return false;
}
