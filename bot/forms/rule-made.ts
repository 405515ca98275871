import { tellBelow } from '../below.ts';
import { done, type FormAnswer, type Submission } from './form.ts';
import type { RuleMetadata } from './rule.ts';

/** The rule was made: said in the form of the order below, drawn anew, or privately. */
export async function ruleMade(submission: Submission<RuleMetadata>, text: string): Promise<FormAnswer> {
  const { merchant: merchantId, order: orderId } = submission.metadata;
  const isTold =
    orderId !== undefined && (await tellBelow(submission, submission.metadata, { merchantId, orderId }, text));
  return done(isTold ? null : text);
}
