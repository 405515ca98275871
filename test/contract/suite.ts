import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../../connectors/shared/host-rule.ts';
import { ConnectorError, type ConnectorErrorKind } from '../../core/errors.ts';
import type {
  Connector,
  ConnectorSession,
  Credentials,
  FetchedOrder,
  FetchWindow,
  IncomingWebhook,
  OrderPage,
  ParsedWebhook,
  PlatformApp,
  ShipmentToTell,
} from '../../core/ports/connector.ts';
import { profileFaults } from './profile-faults.ts';
import { testSession } from './session.ts';

type MaybeAsync<T> = T | Promise<T>;

/** How to bring one kind of error about: prepare the platform, then act. */
export interface ErrorCase {
  readonly arrange: () => MaybeAsync<void>;
  readonly act: (session: ConnectorSession) => Promise<unknown>;
}

/** What a connector's test hands in. "Arrange" functions prepare the platform: nock for a real one, or a live stand-in. */
export interface ContractSubject {
  readonly connector: Connector;
  readonly app: PlatformApp;
  readonly now: () => Date;
  readonly credentials: () => MaybeAsync<Credentials>;
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly platformShopId?: string | undefined;
  /** As a person types them, and as they are kept. */
  readonly goodFields: readonly { readonly given: Credentials; readonly kept: Credentials }[];
  readonly badFields: readonly { readonly given: Credentials; readonly field: string }[];
  /** URLs that the host rule of `credentials` lets pass, and ones that it must refuse. */
  readonly hosts: { readonly allowed: readonly string[]; readonly refused: readonly string[] };
  readonly orders: {
    readonly window?: FetchWindow | undefined;
    /** Three pages; gives the ids of all their orders. */
    readonly threePages: () => MaybeAsync<readonly string[]>;
    /** A listing in which one page comes twice; gives the distinct ids. */
    readonly repeatedPage: () => MaybeAsync<readonly string[]>;
    /** A page with exactly one malformed order; what the desk must say of it, and the ids of the others. */
    readonly malformed: () => MaybeAsync<{ readonly reason: RegExp; readonly others: readonly string[] }>;
    /** The mapping of one parsed order, for generated junk. */
    readonly map: (value: unknown) => FetchedOrder;
    /** A good order's JSON, parsed: junk is also made by spoiling it. */
    readonly sample: () => MaybeAsync<unknown>;
  };
  readonly errors: Readonly<Record<ConnectorErrorKind, ErrorCase>>;
  readonly webhook?:
    | {
        readonly credentials: Credentials;
        readonly genuine: IncomingWebhook;
        readonly parsed: ParsedWebhook;
        /** Where the secret is missing. */
        readonly without: { readonly app: PlatformApp; readonly credentials: Credentials };
      }
    | undefined;
  /** Signatures computed here beside ones from the platform's documentation (or computed apart). */
  readonly signing: readonly { readonly name: string; readonly actual: () => string; readonly expected: string }[];
  readonly ship?:
    | {
        /** The first call takes effect, its answer is lost; a later look shows it. Gives the shipment to tell. */
        readonly lostAnswer: () => MaybeAsync<ShipmentToTell>;
        /** How often the platform has been told. */
        readonly told: () => MaybeAsync<number>;
      }
    | undefined;
  /** After each test. */
  readonly clean: () => MaybeAsync<void>;
}

const dayMs = 86_400_000;

/** What every connector must keep; see connectors/README.md. */
export function contractSuite(subject: ContractSubject): void {
  const { connector, app } = subject;
  const { profile } = connector;

  async function open(): Promise<ReturnType<typeof testSession>> {
    const { settings, platformShopId, now } = subject;
    return testSession({ connector, app, credentials: await subject.credentials(), settings, platformShopId, now });
  }

  const windowOf = (): FetchWindow =>
    subject.orders.window ?? {
      since: new Date(subject.now().getTime() - 5 * dayMs),
      until: subject.now(),
      kind: 'b2c',
    };

  async function fetchAll(session: ConnectorSession): Promise<OrderPage[]> {
    const pages: OrderPage[] = [];
    for await (const page of connector.fetchOrders(session, windowOf())) pages.push(page);
    return pages;
  }

  describe(`the ${profile.platform} connector keeps the contract`, () => {
    afterEach(() => subject.clean());

    it('has a complete profile, and a function for each capability and only for those', () => {
      expect(profileFaults(connector)).toEqual([]);
    });

    it('keeps well-formed fields and names the field that is wrong', () => {
      for (const { given, kept } of subject.goodFields) {
        expect(connector.checkFields(given, app)).toEqual({ ok: true, value: kept });
      }
      expect(subject.badFields.length).toBeGreaterThan(0);
      for (const { given, field } of subject.badFields) {
        const result = connector.checkFields(given, app);
        expect(result, JSON.stringify(given)).toMatchObject({ ok: false, field });
        expect(result.ok ? '' : result.message).not.toBe('');
      }
    });

    it('lets calls go to its own hosts only', async () => {
      const rule = connector.hostRule(app, await subject.credentials());
      for (const url of subject.hosts.allowed) expect(refusalOf(new URL(url), rule), url).toBeNull();
      expect(subject.hosts.refused.length).toBeGreaterThan(0);
      for (const url of subject.hosts.refused) expect(refusalOf(new URL(url), rule), url).not.toBeNull();
    });

    it('reads a listing of three pages to its end, each order once', async () => {
      const ids = await subject.orders.threePages();
      const { session } = await open();
      const pages = await fetchAll(session);
      expect(pages.filter((page) => page.orders.length > 0).length).toBeGreaterThanOrEqual(3);
      expect(idsOf(pages).sort()).toEqual([...ids].sort());
      for (const fetched of pages.flatMap((page) => page.orders)) {
        expect(fetched.raw.length).toBeGreaterThan(0);
        if (fetched.ok) expect(orderFaults(fetched)).toEqual([]);
      }
    });

    it('gives the same orders when a page comes twice', async () => {
      const ids = await subject.orders.repeatedPage();
      const { session } = await open();
      const seen = idsOf(await fetchAll(session));
      expect([...new Set(seen)].sort()).toEqual([...ids].sort());
    });

    it('names what is wrong with a malformed order and keeps the page around it', async () => {
      const { reason, others } = await subject.orders.malformed();
      const { session } = await open();
      const fetched = (await fetchAll(session)).flatMap((page) => page.orders);
      const bad = fetched.filter((order) => !order.ok);
      expect(bad).toHaveLength(1);
      expect(bad[0]?.ok === false ? bad[0].reason : '').toMatch(reason);
      expect(bad[0]?.raw).not.toBe('');
      expect(fetched.flatMap((order) => (order.ok ? [order.order.platformOrderId] : [])).sort()).toEqual(
        [...others].sort(),
      );
    });

    it('maps whatever comes: an order or a reason, never a throw', async () => {
      const sample = await subject.orders.sample();
      const isTotal = (value: unknown): boolean => {
        const fetched = subject.orders.map(value);
        return fetched.ok ? orderFaults(fetched).length === 0 : fetched.reason !== '';
      };
      expect(subject.orders.map(sample).ok).toBe(true);
      fc.assert(fc.property(fc.jsonValue(), isTotal), { numRuns: 200 });
      fc.assert(
        fc.property(fc.nat(), junkValue, (position, junk) => isTotal(spoil(sample, position, junk))),
        { numRuns: 1_000 },
      );
    });

    for (const kind of ['retryable', 'needs_reauthorization', 'rejected', 'permanent'] as const) {
      it(`says ${kind} where the platform means it, and logs the call without secrets`, async () => {
        await subject.errors[kind].arrange();
        const { session, calls } = await open();
        const error = await failureOf(subject.errors[kind].act(session));
        expect(error).toBeInstanceOf(ConnectorError);
        if (!(error instanceof ConnectorError)) return;
        expect({ kind: error.kind, platform: error.platform }).toEqual({ kind, platform: profile.platform });
        expect(error.operation).not.toBe('');
        expect(calls.length).toBeGreaterThan(0);
        const secretNames = new Set(profile.fields.filter((field) => field.secret).map((field) => field.name));
        for (const [name, value] of Object.entries(session.credentials)) {
          if (!secretNames.has(name) && !/token|secret|password|key/.test(name)) continue;
          expect(JSON.stringify(calls), name).not.toContain(value);
          expect(`${error.message} ${error.platformMessage ?? ''}`, name).not.toContain(value);
        }
      });
    }

    for (const { name, actual, expected } of subject.signing) {
      it(`signs as the platform does: ${name}`, () => {
        expect(actual()).toBe(expected);
      });
    }

    if (subject.webhook !== undefined) webhookTests(connector, app, subject.webhook);

    if (subject.ship !== undefined) {
      const { lostAnswer, told } = subject.ship;
      it('looks before it tells a shipment again, and does not tell it twice', async () => {
        const shipment = await lostAnswer();
        const { session } = await open();
        const error = await failureOf(connector.ship?.(session, shipment, false) ?? Promise.resolve());
        expect(error).toBeInstanceOf(ConnectorError);
        expect(error instanceof ConnectorError && error.kind).toBe('retryable');
        expect(error instanceof ConnectorError && error.outcomeUnknown).toBe(true);
        expect(await told()).toBe(1);
        const result = await connector.ship?.(session, shipment, true);
        expect(result?.outcome).toBe('already_there');
        expect(await told()).toBe(1);
      });
    }
  });
}

function webhookTests(connector: Connector, app: PlatformApp, webhook: NonNullable<ContractSubject['webhook']>): void {
  const { genuine, credentials } = webhook;
  const verify = (incoming: IncomingWebhook, withApp = app, withCredentials = credentials): boolean | undefined =>
    connector.verifyWebhook?.(withApp, withCredentials, incoming);

  it('accepts a genuine webhook and reads which order to fetch', () => {
    expect(verify(genuine)).toBe(true);
    expect(connector.parseWebhook?.(genuine)).toEqual(webhook.parsed);
  });

  it('refuses a webhook of which one byte was changed, wherever it is', () => {
    for (let at = 0; at < genuine.body.length; at += Math.max(1, Math.floor(genuine.body.length / 16))) {
      const body = Uint8Array.from(genuine.body);
      body[at] = (body[at] ?? 0) ^ 1;
      expect(verify({ ...genuine, body }), `byte ${at}`).toBe(false);
    }
  });

  it('refuses a webhook whose signature is missing, cut, empty or of another secret', () => {
    const signatureName = Object.keys(genuine.headers).find((name) => {
      const { [name]: _, ...others } = genuine.headers;
      return verify({ ...genuine, headers: others }) === false;
    });
    expect(signatureName).toBeDefined();
    const signature = genuine.headers[signatureName ?? ''] ?? '';
    for (const forged of ['', signature.slice(0, -1), `${signature}A`, signature.split('').reverse().join('')]) {
      expect(verify({ ...genuine, headers: { ...genuine.headers, [signatureName ?? '']: forged } }), forged).toBe(
        false,
      );
    }
  });

  it('refuses every webhook while its secret is missing', () => {
    expect(verify(genuine, webhook.without.app, webhook.without.credentials)).toBe(false);
  });
}

const idsOf = (pages: readonly OrderPage[]): string[] =>
  pages
    .flatMap((page) => page.orders)
    .flatMap((fetched) => {
      const id = fetched.ok ? fetched.order.platformOrderId : fetched.platformOrderId;
      return id === null ? [] : [id];
    });

/** What a mapped order must always have, whatever came in. */
function orderFaults(fetched: FetchedOrder & { ok: true }): string[] {
  const { order } = fetched;
  const faults: string[] = [];
  const isTime = (at: Date | null): boolean => at === null || !Number.isNaN(at.getTime());
  if (order.platformOrderId === '') faults.push('no id');
  if (order.platformOrderNumber === '') faults.push('no number');
  if (order.packages.length === 0) faults.push('no package');
  for (const name of ['orderedAt', 'platformUpdatedAt', 'paidAt', 'shipBy'] as const) {
    if (!isTime(order[name])) faults.push(`${name} is not a time`);
  }
  for (const line of order.lines) {
    if (line.platformLineId === '') faults.push('a line without id');
    for (const count of [line.quantity, line.quantityCancelled, line.quantityShipped]) {
      if (!Number.isSafeInteger(count) || count < 0) faults.push(`a quantity of ${count}`);
    }
  }
  for (const name of [
    'itemsAmount',
    'shippingAmount',
    'taxAmount',
    'discountAmount',
    'totalAmount',
    'codAmount',
  ] as const) {
    const amount = order[name];
    if (amount !== null && !/^-?\d+(\.\d+)?$/.test(amount)) faults.push(`${name} is ${amount}`);
  }
  return faults;
}

const junkValue = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 1e21, '-3', 'NaN', '2026-13-45T99:00:00Z', [], {}, [null], true),
  fc.string(),
  fc.integer(),
  fc.jsonValue(),
);

/** `sample` with one value, the `position`th of all of them, replaced by (or, for `undefined`, rid of) junk. */
function spoil(sample: unknown, position: number, junk: unknown): unknown {
  const places: (readonly [object, string])[] = [];
  const copy: unknown = structuredClone(sample);
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      places.push([value, key]);
      walk(inner);
    }
  };
  walk(copy);
  const place = places[position % Math.max(1, places.length)];
  if (place !== undefined) Reflect.set(place[0], place[1], junk);
  return copy;
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return null;
  } catch (error) {
    return error;
  }
}
