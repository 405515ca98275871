/** Longest excerpt kept in the call log, in characters. */
export const excerptLimit = 2_000;

/** How much of a body is looked at for an excerpt: enough to fill it, whatever redaction removes. */
const redactionLimit = 8_000;

const mask = '[redacted]';

/**
 * Names of fields whose values are recipient data or secrets, in JSON, form and XML bodies: compared without case and
 * without `_` or `-`. "name" also hides product names: an excerpt may lose too much, never too little.
 */
const fieldPattern = [
  '(?:[a-z_-]{0,40})(?:first|last|full|middle|given|family|receiver|recipient|buyer|customer|contact|consignee|billing|shipping)[_-]?names?',
  'names?',
  'company(?:[_-]?name)?',
  '(?:[a-z0-9_-]{0,40})(?:phone|mobile|tel|telephone|cell(?:phone)?)(?:[_-]?(?:number|no))?',
  '(?:[a-z0-9_-]{0,40})e[_-]?mail',
  '(?:[a-z0-9_-]{0,40})address[a-z0-9_-]{0,20}',
  'street[a-z0-9_-]{0,20}',
  'line[12]',
  '(?:[a-z0-9_-]{0,40})(?:zip|zip[_-]?code|post[_-]?code|postal[_-]?code)',
  'city|district|town|state|province(?:[_-]?code)?|county',
  '(?:buyer[_-]?|customer[_-]?|order[_-]?)?notes?|message_to_seller',
  'latitude|longitude',
  '(?:[a-z0-9_-]{0,40})(?:token|secret|password|passwd|api[_-]?key|consumer[_-]?key|access[_-]?key|private[_-]?key|signature|authorization|hmac)',
  'client[_-]?id|code[_-]?verifier',
].join('|');

// Every repetition is bounded: a hostile body must not buy minutes of matching.
// A value may be cut off by the end of the excerpt: then it runs to the end.
const jsonValue = '(?:"(?:\\\\[\\s\\S]|[^"\\\\])*(?:"|$)|-?\\d[\\d.eE+-]*|\\[[^\\]{}]*(?:\\]|$))';
const jsonField = new RegExp(`("(?:${fieldPattern})"\\s*:\\s*)${jsonValue}`, 'gi');
/** JSON inside a JSON string: `\"phone\":\"…\"`. */
const nestedField = new RegExp(`(\\\\"(?:${fieldPattern})\\\\"\\s*:\\s*)\\\\"(?:(?!\\\\")[\\s\\S])*(?:\\\\"|$)`, 'gi');
const formField = new RegExp(
  `((?:^|[&?\\s])(?:[a-z0-9_.[\\]-]{0,40}[[.])?(?:${fieldPattern}|code)\\]?=)[^&\\s"]*`,
  'gi',
);
const xmlField = new RegExp(`(<((?:[a-z0-9]+:)?(?:${fieldPattern}))(?:\\s[^>]*)?>)[\\s\\S]*?(</\\2>|$)`, 'gi');

const emailPattern = /[^\s"'<>@,;:]{1,64}@[^\s"'<>@,;:]{1,255}/g;
const phonePatterns = [
  /\+\d[\d ().-]{6,20}\d/g,
  /(?<![\d.-])0\d{1,3}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)/g,
  /(?<![\d.-])09\d{8}(?!\d)/g,
];
const credentialPatterns = [
  // A one-time code of a login; an error's code has no digits or is short.
  /(?<="code"\s{0,4}:\s{0,4}")(?=[a-z_-]{0,40}\d)[A-Za-z0-9_-]{16,}/gi,
  /\b(?:Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\b(?:shpat|shpca|shpss|shprt|sbx|ck|cs|xox[abposr]|ghp|sk|pk)_[A-Za-z0-9_]{8,}/g,
];

/**
 * `text` without secrets and recipient data: values of known secrets wherever they stand, fields by name (JSON, also
 * torn or nested in a string, form, XML), and what looks like an e-mail, a phone number or a credential anywhere.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = hideSecrets(text, secrets)
    .replace(jsonField, `$1"${mask}"`)
    .replace(nestedField, `$1\\"${mask}\\"`)
    .replace(formField, `$1${mask}`)
    .replace(xmlField, `$1${mask}$3`);
  for (const pattern of [...credentialPatterns, emailPattern, ...phonePatterns]) result = result.replace(pattern, mask);
  return result;
}

function hideSecrets(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) {
    // Very short values (a country code among the credentials) would shred the text and hide nothing.
    if (secret.length < 6) continue;
    const forms = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
    for (const form of new Set(forms)) result = result.replaceAll(form, mask);
  }
  return result;
}

/** A redacted excerpt of at most `excerptLimit` characters; null for an empty body. */
export function excerpt(text: string | undefined, secrets: readonly string[] = []): string | null {
  if (text === undefined || text === '') return null;
  // Secrets go first: one that the cut falls into would not be recognized any more.
  return redact(hideSecrets(text, secrets).slice(0, redactionLimit)).slice(0, excerptLimit);
}
