import type { Clock } from '../core/ports/clock.ts';

/** More answers than this are forgotten together: a menu's choices are cheap to ask for again. */
const maxAnswers = 1_000;

/** `ask` with its answers kept for `forMs`; a failure is not kept. For what changes rarely and need not be exact. */
export function remembered<Arguments extends readonly string[], Answer>(
  ask: (...given: Arguments) => Promise<Answer>,
  forMs: number,
  clock: Clock,
): (...given: Arguments) => Promise<Answer> {
  const answers = new Map<string, { readonly until: number; readonly answer: Promise<Answer> }>();
  return (...given) => {
    const key = given.join('\n');
    const now = clock.now().getTime();
    const known = answers.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    const answer = ask(...given);
    if (answers.size >= maxAnswers) answers.clear();
    answers.set(key, { until: now + forMs, answer });
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
