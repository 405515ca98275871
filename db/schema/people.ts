import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, moment } from './columns.ts';

/** The sellers whose orders the desk works on. */
export const merchants = pgTable('merchants', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  code: text('code').notNull().unique(),
  timezone: text('timezone').notNull().default('UTC'),
  archivedAt: moment('archived_at'),
  createdAt: createdAt(),
});

export const people = pgTable(
  'people',
  {
    id: id().primaryKey(),
    name: text('name').notNull(),
    email: text('email'),
    status: text('status').notNull().default('active'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('people_email').on(sql`lower(${t.email})`),
    check('people_status', sql`${t.status} in ('active', 'disabled')`),
  ],
);

/** A role over merchants (null: all) and, for warehouse people, over warehouses (null: all). */
export const grants = pgTable(
  'grants',
  {
    id: id().primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    role: text('role').notNull(),
    merchantIds: uuid('merchant_ids').array(),
    warehouseIds: uuid('warehouse_ids').array(),
    createdAt: createdAt(),
  },
  (t) => [
    index('grants_person').on(t.personId),
    check('grants_role', sql`${t.role} in ('viewer', 'operator', 'warehouse', 'admin', 'owner')`),
  ],
);

/** Browser sessions; the cookie holds a random token, this row its SHA-256. */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    /** The merchant that the person looks at. */
    merchantId: uuid('merchant_id').references(() => merchants.id),
    createdAt: createdAt(),
    lastSeenAt: moment('last_seen_at').notNull().default(sql`now()`),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [index('sessions_person').on(t.personId)],
);

/** One-time sign-in links; the row keeps the SHA-256 of the token. */
export const loginLinks = pgTable('login_links', {
  tokenHash: text('token_hash').primaryKey(),
  personId: uuid('person_id')
    .notNull()
    .references(() => people.id, { onDelete: 'cascade' }),
  createdAt: createdAt(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
});

export const apiTokens = pgTable('api_tokens', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  tokenHash: text('token_hash').notNull().unique(),
  role: text('role').notNull(),
  merchantIds: uuid('merchant_ids').array(),
  createdBy: uuid('created_by').references(() => people.id),
  createdAt: createdAt(),
  lastUsedAt: moment('last_used_at'),
  revokedAt: moment('revoked_at'),
});

/** Facts of this installation: one row a key, e.g. that the owner was created. */
export const installation = pgTable('installation', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
  version: integer('version').notNull().default(1),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
});

/** Slack user ↔ desk user. */
export const slackPeople = pgTable(
  'slack_people',
  {
    id: id().primaryKey(),
    teamId: text('team_id').notNull(),
    slackUserId: text('slack_user_id').notNull(),
    personId: uuid('person_id').references(() => people.id, { onDelete: 'cascade' }),
    displayName: text('display_name').notNull(),
    confirmedAt: moment('confirmed_at'),
    /** When an owner took the confirmation back; null again with the next one. */
    unlinkedAt: moment('unlinked_at'),
    createdAt: createdAt(),
  },
  (t) => [unique('slack_people_user').on(t.teamId, t.slackUserId)],
);
