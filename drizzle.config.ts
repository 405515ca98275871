import { defineConfig } from 'drizzle-kit';

/** For `npm run db:generate` only: SQL is generated from the schema, read by a person, and applied by db/migrate.ts. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/schema/index.ts',
  out: './db/migrations',
});
