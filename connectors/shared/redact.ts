/** Longest excerpt kept in the call log, in characters. */
export const excerptLimit = 2_000;

/** How much of a body is looked at for an excerpt: enough to fill it, whatever redaction removes. */
const redactionLimit = 16_000;

const mask = '[redacted]';

/**
 * Names of fields whose values are recipient data or secrets, in JSON, form and XML bodies: compared without case and
 * without `_` or `-`. "name" also hides product names: an excerpt may lose too much, never too little.
 */
const fieldPattern = [
  '(?:[a-z_-]*_?)(?:first|last|full|middle|given|family|receiver|recipient|buyer|customer|contact|consignee|billing|shipping)[_-]?names?',
  'names?',
  'company(?:[_-]?name)?',
  '(?:[a-z0-9_-]*)(?:phone|mobile|tel|telephone|cell(?:phone)?)(?:[_-]?(?:number|no))?',
  '(?:[a-z0-9_-]*)e[_-]?mail',
  '(?:[a-z0-9_-]*)address[a-z0-9_-]*',
  'street[a-z0-9_-]*',
  'line[12]',
  '(?:[a-z0-9_-]*)(?:zip|zip[_-]?code|post[_-]?code|postal[_-]?code)',
  'city|district|town|state|province(?:[_-]?code)?|county',
  '(?:buyer[_-]?|customer[_-]?|order[_-]?)?notes?|message_to_seller',
  'latitude|longitude',
  '(?:[a-z0-9_-]*)(?:token|secret|password|passwd|api[_-]?key|consumer[_-]?key|access[_-]?key|private[_-]?key|signature|authorization|hmac)',
  'client[_-]?id|code[_-]?verifier|code',
].join('|');

// A value may be cut off by the end of the excerpt: then it runs to the end.
const jsonValue = '(?:"(?:\\\\[\\s\\S]|[^"\\\\])*(?:"|$)|-?\\d[\\d.eE+-]*)';
const jsonField = new RegExp(`("(?:${fieldPattern})"\\s*:\\s*)${jsonValue}`, 'gi');
/** JSON inside a JSON string: `\"phone\":\"…\"`. */
const nestedField = new RegExp(`(\\\\"(?:${fieldPattern})\\\\"\\s*:\\s*)\\\\"(?:(?!\\\\")[\\s\\S])*(?:\\\\"|$)`, 'gi');
const formField = new RegExp(`((?:^|[&?\\s])(?:[a-z0-9_.[\\]-]*[[.])?(?:${fieldPattern})\\]?=)[^&\\s"]*`, 'gi');
const xmlField = new RegExp(`(<((?:[a-z0-9]+:)?(?:${fieldPattern}))(?:\\s[^>]*)?>)[\\s\\S]*?(</\\2>|$)`, 'gi');

const emailPattern = /[^\s"'<>@,;:]+@[^\s"'<>@,;:]+\.[^\s"'<>@,;:]+/g;
const phonePatterns = [
  /\+\d[\d ().-]{6,}\d/g,
  /(?<![\d.-])0\d{1,3}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)/g,
  /(?<![\d.-])09\d{8}(?!\d)/g,
];
const credentialPatterns = [
  /\b(?:Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\b(?:shpat|shpca|shpss|shprt|sbx|ck|cs|xox[abposr]|ghp|sk|pk)_[A-Za-z0-9_]{8,}/g,
];

/**
 * `text` without secrets and recipient data: values of known secrets wherever they stand, fields by name (JSON, also
 * torn or nested in a string, form, XML), and what looks like an e-mail, a phone number or a credential anywhere.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = text;
  for (const secret of secrets) {
    // Very short values (a country code among the credentials) would shred the text and hide nothing.
    if (secret.length < 6) continue;
    for (const form of new Set([
      secret,
      encodeURIComponent(secret.toWellFormed()),
      JSON.stringify(secret).slice(1, -1),
    ])) {
      result = result.replaceAll(form, mask);
    }
  }
  result = result
    .replace(jsonField, `$1"${mask}"`)
    .replace(nestedField, `$1\\"${mask}\\"`)
    .replace(formField, `$1${mask}`)
    .replace(xmlField, `$1${mask}$3`);
  for (const pattern of [...credentialPatterns, emailPattern, ...phonePatterns]) result = result.replace(pattern, mask);
  return result;
}

/** A redacted excerpt of at most `excerptLimit` characters; null for an empty body. */
export function excerpt(text: string | undefined, secrets: readonly string[] = []): string | null {
  if (text === undefined || text === '') return null;
  return redact(text.slice(0, redactionLimit), secrets).slice(0, excerptLimit);
}
