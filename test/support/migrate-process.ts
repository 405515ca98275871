/** A process that migrates, for tests with several: `migrate-process.ts <database url>`. */
import { migrateDatabase } from '../../db/migrate.ts';

const [url = ''] = process.argv.slice(2);
await migrateDatabase(url);
setInterval(() => {}, 60_000);
process.stdout.write('ready\n');
