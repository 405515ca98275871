import type { AuthField, Capabilities, Connector } from '../../core/ports/connector.ts';

const functionsOf: Readonly<Record<keyof Capabilities, readonly (keyof Connector)[]>> = {
  fetchByNumber: ['fetchByNumber'],
  ship: ['ship', 'readShipments'],
  partialShip: [],
  cancel: ['cancel'],
  carriers: ['carriers'],
  stockPush: ['pushStock'],
  products: ['products'],
  webhooks: ['verifyWebhook', 'parseWebhook', 'registerWebhooks'],
  refresh: ['refresh'],
  labels: [],
};

/** What is wrong with a connector's profile, in words; empty when nothing is. */
export function profileFaults(connector: Connector): string[] {
  const { profile } = connector;
  const { capabilities } = profile;
  const faults: string[] = [];
  const check = (isRight: boolean, fault: string): void => {
    if (!isRight) faults.push(fault);
  };

  check(/^[a-z][a-z0-9-]*$/.test(profile.platform), `platform "${profile.platform}" is not a lower-case word`);
  check(profile.name.trim() !== '', 'the platform has no name');
  for (const [capability, names] of Object.entries(functionsOf)) {
    const isOffered = capabilities[capability as keyof Capabilities];
    for (const name of names) {
      const isThere = typeof connector[name] === 'function';
      check(isThere === isOffered, `${capability} is ${isOffered}, but ${name} is ${isThere ? 'there' : 'absent'}`);
    }
  }
  check(!capabilities.partialShip || capabilities.ship, 'partialShip without ship');
  check(profile.fulfilment !== 'read_only' || !capabilities.ship, 'a read-only platform offers ship');
  const isOauth = profile.connection === 'oauth';
  check(
    (connector.authorizeUrl !== undefined) === isOauth || connector.connect !== undefined,
    'no authorizeUrl for oauth',
  );
  check(
    (connector.completeAuthorization !== undefined) === (connector.authorizeUrl !== undefined),
    'half an oauth flow',
  );
  check(isOauth || connector.connect !== undefined, 'no connect for pasted credentials');
  check((profile.refreshMarginSeconds !== null) === capabilities.refresh, 'refresh margin and refresh differ');

  check(profile.fields.length > 0, 'no form fields');
  check(new Set(profile.fields.map((field) => field.name)).size === profile.fields.length, 'two fields of one name');
  for (const field of [...profile.fields, ...(profile.settings ?? [])]) faults.push(...fieldFaults(field));
  check(!(profile.settings ?? []).some((field) => field.secret), 'a setting is secret');
  for (const text of [...profile.caveats, ...profile.notProven, ...profile.setupSteps.map((step) => step.title)]) {
    check(text.trim() !== '', 'an empty sentence');
  }
  check(
    profile.setupSteps.some((step) => step.required),
    'no required set-up step',
  );
  const { sync, rate } = profile;
  for (const [name, value] of Object.entries({
    everyMinutes: sync.everyMinutes,
    lookBackHours: sync.lookBackHours,
    firstLookBackHours: sync.firstLookBackHours,
    pageSize: sync.pageSize,
    maxWindowHours: sync.maxWindowHours ?? 1,
    calls: rate.calls,
    perSeconds: rate.perSeconds,
    burst: rate.burst,
    recipientRetentionDays: profile.recipientRetentionDays,
  })) {
    check(Number.isFinite(value) && value > 0, `${name} is ${value}`);
  }
  check(sync.firstLookBackHours >= sync.lookBackHours, 'the first sync looks back less than the others');
  return faults;
}

function fieldFaults(field: AuthField): string[] {
  const faults: string[] = [];
  if (!/^[a-z][a-z0-9_]*$/.test(field.name)) faults.push(`field "${field.name}" is not snake_case`);
  if (field.label.trim() === '' || field.help.trim() === '') faults.push(`field ${field.name} lacks label or help`);
  if (field.pattern === undefined) return faults;
  if ((field.patternMessage ?? '') === '') faults.push(`field ${field.name} has a pattern but no message`);
  try {
    const isMatch = new RegExp(`^(?:${field.pattern})$`).test(field.example);
    if (!isMatch) faults.push(`field ${field.name}: the example does not match the pattern`);
  } catch {
    faults.push(`field ${field.name}: the pattern is not a regular expression`);
  }
  return faults;
}
