import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, parsePage } from '../../../connectors/shared/json.ts';
import { ConnectorError } from '../../../core/errors.ts';

const context = { platform: 'test', operation: 'fetchOrders' };
const parse = (text: string): unknown => parseJson(text, context);

function failure(work: () => unknown): ConnectorError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

/** The plain way, value by value: what the fast one must equal. TypeScript does not know the third argument yet. */
const byReviver = (text: string): unknown =>
  Reflect.apply(JSON.parse, JSON, [
    text,
    (_key: string, value: unknown, detail: { source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(detail.source ?? '')
        ? detail.source
        : value,
  ]);

/** JSON texts with numbers of any length, strings full of digits, quotes and backslashes. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; object: string; leaf: string }>(
  (tie) => ({
    leaf: fc.oneof(
      fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String),
      fc.integer().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.constantFrom(
        'true',
        'false',
        'null',
        '1e30',
        '12345678901234567890.5',
        '1234567890123456789e2',
        '0.12345678901234567890',
      ),
      fc.string().map((value) => JSON.stringify(value)),
      fc.constantFrom(
        '"12345678901234567890"',
        '":12345678901234567890,"',
        '"\\\\"',
        '"\\"12345678901234567890"',
        '"[{"',
      ),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[ ${items.join(' ,')}]`),
    object: fc
      .array(fc.tuple(fc.constantFrom('"a"', '"id"', '"9007199254740993"', '"x\\"y"'), tie('value')), { maxLength: 4 })
      .map((entries) => `{${entries.map(([key, value]) => `${key} :\n${value}`).join(', ')} }`),
    value: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('list'), tie('object')),
  }),
).value;

describe('exact JSON', () => {
  it('keeps every digit of ids above 2^53, and plain numbers as numbers', () => {
    expect(parse('{"id":9007199254740993,"neg":-9223372036854775808,"safe":9007199254740991,"n":1.50}')).toEqual({
      id: '9007199254740993',
      neg: '-9223372036854775808',
      safe: 9007199254740991,
      n: 1.5,
    });
    expect(parse('[12345678901234567890.5, 1e21, "12345678901234567890"]')).toEqual([
      Number('12345678901234567890.5'),
      1e21,
      '12345678901234567890',
    ]);
  });

  it('equals a reviver that looks at every number’s source', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(parse(text)).toEqual(byReviver(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('accepts a byte order mark', () => {
    expect(parse('\uFEFF{"a":12345678901234567890}')).toEqual({ a: '12345678901234567890' });
  });

  it('calls text that breaks off, nothing at all and a web page worth another try, and garbage not', () => {
    const kinds = ['{"orders":[{"id":1', '{"a":"b', '', '  ', '<!doctype html><title>One moment</title>'].map(
      (text) => failure(() => parse(text)).kind,
    );
    expect(kinds).toEqual(['retryable', 'retryable', 'retryable', 'retryable', 'retryable']);
    for (const text of ['not json', '{"a":01}', '{a:1}', '[1,]', '{"a":012345678901234567890}']) {
      expect(
        failure(() => parse(text)),
        text,
      ).toMatchObject({ kind: 'permanent', platformCode: 'not_json' });
    }
  });

  it('does not quote the text in the error: it may hold a buyer’s name', () => {
    const error = failure(() => parse('{"name":"王小明" oops}'));
    expect(`${error.message} ${String(error.cause)} ${error.platformMessage}`).not.toContain('王');
  });
});

describe('a page cut into orders', () => {
  it('gives each order’s text exactly as it came, and the rest without the list', () => {
    const text =
      '{ "next_cursor" : "c\\"1" ,"orders": [ {"id":9007199254740993, "n":"a,]}\\"" } ,\n{"id":2.50}] , "total": 2 }';
    expect(parsePage(text, ['orders'], context)).toEqual({
      envelope: { next_cursor: 'c"1', orders: [], total: 2 },
      elements: ['{"id":9007199254740993, "n":"a,]}\\"" }', '{"id":2.50}'],
    });
  });

  it('finds the list at the top, deep down, and empty', () => {
    expect(parsePage('[1,2]', [], context).elements).toEqual(['1', '2']);
    expect(parsePage('[]', [], context).elements).toEqual([]);
    expect(
      parsePage(
        '{"x":{"orders":[9]},"data":{"orders":{"n":{},"nodes":[[1],[2]]}}}',
        ['data', 'orders', 'nodes'],
        context,
      ).elements,
    ).toEqual(['[1]', '[2]']);
  });

  it('agrees with parsing the whole, whatever the list holds', () => {
    fc.assert(
      fc.property(fc.array(jsonText, { maxLength: 6 }), jsonText, (items, other) => {
        const text = `{"before":${other},"orders":[${items.join(' , ')}],"after":${other}}`;
        const { envelope, elements } = parsePage(text, ['orders'], context);
        expect(elements).toEqual(items.map((item) => item.trim()));
        expect({ ...(envelope as object), orders: elements.map(parse) }).toEqual(parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('lets one order with broken JSON fail alone', () => {
    const { elements } = parsePage('{"orders":[{"id":1},{"id":},{"id":3}]}', ['orders'], context);
    expect(elements).toHaveLength(3);
    expect(parse(elements[2] ?? '')).toEqual({ id: 3 });
    expect(failure(() => parse(elements[1] ?? '')).platformCode).toBe('not_json');
  });

  it('tells a torn page from an answer of another shape', () => {
    expect(failure(() => parsePage('{"orders":[{"id":1},{"i', ['orders'], context))).toMatchObject({
      kind: 'retryable',
    });
    for (const text of [
      '{"error":"x"}',
      '{"orders":null}',
      '{"orders":{}}',
      '[]',
      '"orders"',
      '{"data":{"orders":[]}}',
    ]) {
      expect(
        failure(() => parsePage(text, ['orders'], context)),
        text,
      ).toMatchObject({
        kind: 'permanent',
        platformCode: 'no_list',
      });
    }
  });

  it('never throws anything but a connector’s error, whatever text comes', () => {
    const scraps = fc.array(fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '"orders"', '1', ' ', 'null'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(scraps, (parts) => {
        try {
          parsePage(parts.join(''), ['orders'], context);
        } catch (error) {
          expect(error).toBeInstanceOf(ConnectorError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
