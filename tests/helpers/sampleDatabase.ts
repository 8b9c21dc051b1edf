import { loadSampleData } from '../../server/sample/load';
import { closeDatabase, withClient } from '../../server/postgres/setup';
import { TEMPLATE, urlOf } from '../setup/server';
import { createTestDatabase, testServer, type TestDatabase } from './database';

const SAMPLE = 'reigh_sample_template';
const HALF = `${SAMPLE}_half`;

/** A database with the sample data. They are loaded once in a run, by whoever wants them first; all others clone. */
export async function createSampleDatabase(): Promise<TestDatabase> {
  const server = testServer();
  await withClient(server.rootUrl, async (root) => {
    await root.query(`select pg_advisory_lock(hashtextextended('${SAMPLE}', 0))`);
    const { rowCount } = await root.query('select from pg_database where datname = $1', [SAMPLE]);
    if (rowCount) return;
    await root.query(`drop database if exists ${HALF}`);
    await root.query(`create database ${HALF} template ${TEMPLATE} owner reigh_owner`);
    await closeDatabase(urlOf(server, 'reigh_owner', HALF));
    await loadSampleData({ auth: urlOf(server, 'reigh_authenticator', HALF) });
    await root.query(`alter database ${HALF} rename to ${SAMPLE}`);
  });
  return createTestDatabase(SAMPLE);
}
