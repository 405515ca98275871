/** A yes/no setting as people and environments write it; the fallback when it is empty. */
export const isOn = (value: string | undefined, fallback: boolean): boolean =>
  value === undefined || value.trim() === '' ? fallback : /^(yes|true|1|on)$/i.test(value.trim());

/** A comma-separated setting; the fallback when it names nothing. */
export function listOf(value: string | undefined, fallback: readonly string[]): readonly string[] {
  const items = (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length > 0 ? items : fallback;
}
