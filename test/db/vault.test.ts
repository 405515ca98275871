import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { Fault } from '../../core/describe-error.ts';
import { newId } from '../../core/ids.ts';
import { rotateKeys } from '../../db/rotate-key.ts';
import { createVault, deriveSecret } from '../../db/vault.ts';
import { testDatabase } from '../support/database.ts';

const key = (id: string): { id: string; base64: string } => ({ id, base64: randomBytes(32).toString('base64') });
const first = key('first');
const second = key('second');
const secret = 'shpat_canary 王小明';

test('opens what it sealed, for the same row', () => {
  const vault = createVault([first]);
  const sealed = vault.seal(secret, 'credentials:1');
  expect(sealed).toMatch(/^v1\.first\.[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(sealed).not.toContain('canary');
  expect(vault.open(sealed, 'credentials:1')).toBe(secret);
  expect(vault.open(vault.seal('', 'credentials:1'), 'credentials:1')).toBe('');
});

test('seals the same text differently each time', () => {
  const vault = createVault([first]);
  expect(vault.seal(secret, 'credentials:1')).not.toBe(vault.seal(secret, 'credentials:1'));
});

test('does not open a sealed text that was moved to another row', () => {
  const vault = createVault([first]);
  expect(() => vault.open(vault.seal(secret, 'credentials:1'), 'credentials:2')).toThrow('belongs to another row');
});

test('does not open a sealed text with any one character changed', () => {
  const vault = createVault([first]);
  const sealed = vault.seal(secret, 'credentials:1');
  const start = sealed.indexOf('.', 3) + 1;
  for (let at = start; at < sealed.length; at += 1) {
    // The last character of a part may hold unused bits: change it by more than those.
    const other = sealed[at] === 'A' ? 'g' : 'A';
    if (sealed[at] === '.') continue;
    const changed = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
    expect(() => vault.open(changed, 'credentials:1'), `character ${at}`).toThrow();
  }
});

test('does not open a text sealed by a key of the same name', () => {
  const sealed = createVault([first]).seal(secret, 'credentials:1');
  expect(() => createVault([key('first')]).open(sealed, 'credentials:1')).toThrow('altered');
});

test('names the key that is missing', () => {
  const sealed = createVault([first]).seal(secret, 'credentials:1');
  expect(() => createVault([second]).open(sealed, 'credentials:1')).toThrow('"first" is not in ENCRYPTION_KEYS');
});

test.each([
  '',
  'v1',
  'plain text',
  'v1.first.AAAA.AAAA.AAAA',
  'v2.first.a.b.c',
  'v1.first.a.b.c.d',
])('refuses %j as a sealed text', (text) => {
  expect(() => createVault([first]).open(text, 'credentials:1')).toThrow();
});

test('refuses to be made without a key or with a short one', () => {
  expect(() => createVault([])).toThrow('ENCRYPTION_KEYS');
  expect(() => createVault([{ id: 'x', base64: 'c2hvcnQ=' }])).toThrow('32 bytes');
});

test('derives other secrets for other purposes and keys', () => {
  const secrets = [deriveSecret([first], 'session'), deriveSecret([first], 'other'), deriveSecret([second], 'session')];
  expect(new Set(secrets).size).toBe(3);
  expect(deriveSecret([first], 'session')).toBe(secrets[0]);
});

test('rotation seals every row anew and the old key can go', async () => {
  const { db } = await testDatabase();
  const merchantId = newId();
  await db.execute(sql`insert into merchants (id, name, code) values (${merchantId}, 'Shop', 'shop')`);
  const old = createVault([first]);
  const rows = Array.from({ length: 3 }, () => ({ id: newId(), authorizationId: newId() }));
  for (const { id, authorizationId } of rows) {
    await db.execute(sql`
      insert into authorizations (id, merchant_id, platform, account_id, status)
      values (${authorizationId}, ${merchantId}, 'sandbox', ${authorizationId}, 'authorized')`);
    await db.execute(sql`
      insert into credentials (id, merchant_id, authorization_id, sealed)
      values (${id}, ${merchantId}, ${authorizationId}, ${old.seal(`token of ${id}`, `credentials:${id}`)})`);
  }
  const both = createVault([second, first]);
  expect(await rotateKeys(db, both)).toBe(3);
  expect(await rotateKeys(db, both)).toBe(0);
  const renewed = createVault([second]);
  const kept = await db.execute<{ id: string; sealed: string }>(sql`select id, sealed from credentials`);
  for (const { id, sealed } of kept) expect(renewed.open(sealed, `credentials:${id}`)).toBe(`token of ${id}`);
  await expect(rotateKeys(db, createVault([key('third')]))).rejects.toThrow('"second" is not in ENCRYPTION_KEYS');
});

test('says which key is missing, in words that logs and job rows show', () => {
  const sealed = createVault([first]).seal(secret, 'credentials:1');
  expect(() => createVault([second]).open(sealed, 'credentials:1')).toThrow(Fault);
  expect(() => createVault([first]).open(sealed, 'credentials:2')).toThrow(Fault);
});
