import { lookUpLimit, numberKey } from '../../core/queries/look-up-numbers.ts';

/** Longer than any platform's order number. */
const longest = 60;
/** Fewer digits are a quantity, a size or a time; a `#` says that it is a number all the same. */
const leastDigits = 3;
/** `<https://…|label>` says its label; `<@U1>`, `<#C1|x>` and `<!here>` say nothing. */
const slackMarkup = /<(?:[@#!][^>]*|[^>|]*\|([^>]*)|[^>]*)>/g;
const word = /#?[\p{L}\p{N}][\p{L}\p{N}._/-]*/gu;
const date = /^\d{4}-\d{2}-\d{2}$/;

/** What in a text may be an order number, in its order, each once, as typed. Pure. */
export function orderNumbersIn(text: string): string[] {
  const plain = text
    .replace(slackMarkup, (_whole, label: string | undefined) => ` ${label ?? ''} `)
    .replace(/https?:\/\/\S+/g, ' ')
    .replaceAll('&amp;', '&');
  const found = new Map<string, string>();
  for (const [typed] of plain.matchAll(word)) {
    const number = typed.replace(/[._/-]+$/, '');
    const digits = number.match(/\d/g)?.length ?? 0;
    const isNumber =
      digits >= (number.startsWith('#') ? 1 : leastDigits) && number.length <= longest && !date.test(number);
    const key = numberKey(number);
    if (isNumber && !found.has(key)) found.set(key, number);
    if (found.size >= lookUpLimit) break;
  }
  return [...found.values()];
}
