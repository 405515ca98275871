/** Where the family name comes first and no space is written. */
const familyFirstCountries: ReadonlySet<string> = new Set(['TW', 'JP', 'CN', 'KR', 'HK']);
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * `setting`: `first_last`, `last_first` (without a space), else automatic: family name first for names written in
 * East Asian script in a country that does so; Latin names there stay as they are read.
 */
export function fullName(
  first: string | null | undefined,
  last: string | null | undefined,
  country: string | null,
  setting: string | undefined,
): string | null {
  const given = first?.trim() ?? '';
  const family = last?.trim() ?? '';
  const isAutomatic = setting !== 'first_last' && setting !== 'last_first';
  const isEastAsian = familyFirstCountries.has(country ?? '') && eastAsian.test(given + family);
  const familyFirst = setting === 'last_first' || (isAutomatic && isEastAsian);
  const name = familyFirst ? family + given : [given, family].filter((part) => part !== '').join(' ');
  return name === '' ? null : name;
}
