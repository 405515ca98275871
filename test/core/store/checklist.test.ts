import { expect, test } from 'vitest';
import { profile as sandbox } from '../../../connectors/sandbox/profile.ts';
import { profile as woocommerce } from '../../../connectors/woocommerce/profile.ts';
import { checklist, type SetupFacts } from '../../../core/store/checklist.ts';

const fresh: SetupFacts = {
  authorizationStatus: 'pending',
  mappedKeys: 0,
  unmappedKeys: 0,
  pairedCarriers: 0,
  usableWarehouses: 0,
  unknownPayments: 0,
};

const open = (facts: SetupFacts) =>
  checklist(sandbox, facts).flatMap((step) => (step.isDone === false ? [step.about] : []));

test('a new store has everything before it', () => {
  expect(open(fresh)).toEqual(['authorization', 'mapping', 'carriers', 'warehouse']);
});

test('each step is ticked by what the desk knows', () => {
  const ready: SetupFacts = {
    authorizationStatus: 'authorized',
    mappedKeys: 3,
    unmappedKeys: 0,
    pairedCarriers: 1,
    usableWarehouses: 1,
    unknownPayments: 0,
  };
  expect(open(ready)).toEqual([]);
  expect(open({ ...ready, authorizationStatus: 'expired' })).toEqual(['authorization']);
  expect(open({ ...ready, unmappedKeys: 2, unknownPayments: 1 })).toEqual(['mapping', 'payments']);
  const said = checklist(sandbox, { ...ready, unmappedKeys: 2 }).find((step) => step.about === 'mapping')?.said;
  expect(said).toBe('2 SKUs hold orders');
});

test('a warehouse is asked for on every platform, and advice is never ticked', () => {
  const steps = checklist(woocommerce, fresh);
  expect(steps.some((step) => step.about === 'warehouse' && step.required)).toBe(true);
  expect(steps.filter((step) => step.about === null).every((step) => step.isDone === null)).toBe(true);
});
