import type { Figure } from '../figure.ts';
import { commonSku, listStoreId, rareSku, unmappedSku } from '../stages/fill-list.ts';
import { million } from '../stages.ts';
import { listPath } from '../support/list-cases.ts';
import { openOften, roundsOf, slowestOf } from '../support/open-often.ts';

const q = (text: string): string => `/search?q=${encodeURIComponent(text)}`;

/** What people look for, in the search box and in the list's filter. */
const searches: readonly { readonly name: string; readonly path: string }[] = [
  { name: 'a whole order number', path: q('NW-1010007') },
  { name: 'the beginning of an order number', path: q('NW-101') },
  { name: 'an order number that nobody has', path: q('NW-999999999') },
  { name: 'two Chinese characters of a name', path: q('王小') },
  { name: 'a whole Chinese name', path: q('陳雅婷') },
  { name: 'a name that nobody has', path: q('Nobody Example') },
  { name: 'a tracking number', path: q('1Z0000010007') },
  { name: 'a SKU of few orders', path: q(rareSku) },
  { name: 'a SKU of many orders', path: q(commonSku) },
  { name: 'list: beginning of an order number', path: listPath({ number: 'NW-101' }) },
  { name: 'list: a frequent name, pending', path: listPath({ recipient: '王小', statuses: ['pending'] }) },
  { name: 'list: a name that nobody has', path: listPath({ recipient: 'Nobody Example' }) },
  { name: 'list: a tracking number', path: listPath({ tracking: '1z0000010007' }) },
  { name: 'list: a SKU of many orders', path: listPath({ sku: commonSku }) },
  {
    name: 'list: a SKU of many orders, held and shipped (no match)',
    path: listPath({ sku: commonSku, statuses: ['shipped'], attention: 'held' }),
  },
  { name: 'list: a SKU that nobody sells', path: listPath({ sku: 'SKU-NONE' }) },
  { name: 'list: a SKU of a name', path: listPath({ sku: commonSku, recipient: '王小明' }) },
  {
    name: 'list: held by a SKU',
    path: listPath({ cause: { storeId: listStoreId(0), code: 'sku_unmapped', subject: unmappedSku } }),
  },
];

export const searchP95: Figure = {
  name: 'search_p95_ms',
  unit: 'ms',
  budget: {
    text: '≤ 100 ms at 1,000,000 orders, the worst search',
    limit: 100,
    direction: 'at most',
    fromRows: million,
  },
  async measure(bench) {
    const desk = await bench.listDesk();
    bench.say(`searching ${searches.length} ways ${roundsOf(bench)} times each`);
    const opened = [];
    for (const search of searches) opened.push(await openOften(bench, desk.browser, search, roundsOf(bench)));
    const worst = slowestOf(opened);
    return { value: worst.ms, floor: null, rows: desk.orders, note: `worst of ${searches.length}: ${worst.name}` };
  },
};
