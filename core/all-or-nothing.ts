import type { Database, Tx } from './ports/database.ts';
import type { Refusal, Result } from './result.ts';

/** Carries a refusal out of a transaction that must leave nothing behind. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super('Refused: the transaction is rolled back.');
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

/** One transaction that is rolled back when its work is refused, so that a refusal changes nothing. */
export async function allOrNothing<T>(database: Database, work: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await database.transaction(async (tx) => {
      const result = await work(tx);
      if (!result.ok) throw new Refused(result.error);
      return result;
    });
  } catch (error) {
    if (error instanceof Refused) return { ok: false, error: error.refusal };
    throw error;
  }
}
