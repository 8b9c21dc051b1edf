import { watch } from 'node:fs';
import path from 'node:path';
import { readSettings } from '../config';
import { messageOf } from '../faults';
import { startGateway } from '../gateway';
import { writeSchemaFiles } from '../graphql/snapshot';
import { createLogger } from '../log';
import { applyCurrent } from '../postgres/migrate';
import { stopOnSignals } from '../signals';
import { fail, say } from './command';

const CURRENT = path.resolve(__dirname, '../../current.sql');
const SETTLE_MS = 150;

/** Serves, and at each change of current.sql runs it, reflects the schema anew and rewrites schema/. */
async function dev(): Promise<void> {
  const settings = readSettings();
  const gateway = await startGateway(settings, createLogger(settings));
  stopOnSignals(gateway.shutdown);
  say(`Watching current.sql. GraphiQL: ${gateway.url}/graphiql`);

  let running = Promise.resolve();
  const apply = async () => {
    try {
      await applyCurrent(gateway.database.urls);
      await gateway.reload();
      await writeSchemaFiles(gateway.database.urls, settings);
      say('current.sql is applied and the schema is reloaded.');
    } catch (error) {
      say(messageOf(error));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  // The folder and not the file: editors replace a file, and a watch on the old one sees nothing more.
  watch(path.dirname(CURRENT), (_event, file) => {
    if (file !== path.basename(CURRENT)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(apply);
    }, SETTLE_MS);
  });
  running = running.then(apply);
  await running;
}

dev().catch(fail);
