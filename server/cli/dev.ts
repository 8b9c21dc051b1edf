import { watch } from 'node:fs';
import path from 'node:path';
import { readSettings } from '../config';
import { Fault, messageOf } from '../faults';
import { writeSchemaFiles } from '../graphql/snapshot';
import { applyCurrent } from '../postgres/migrate';
import { runGateway } from '../run';
import { runCommand, say } from './command';
import { PROJECT } from '../project';

const CURRENT = path.join(PROJECT, 'current.sql');
const SETTLE_MS = 150;

/** Serves, and at each change of current.sql runs it, reflects the schema anew and rewrites schema/. */
async function dev(): Promise<void> {
  if (readSettings().environment === 'production')
    throw new Fault('dev is not for production: it applies current.sql.');
  const { gateway, settings } = await runGateway();
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

void runCommand(
  'dev',
  'Serves like npm start, and applies current.sql and reloads the schema at each change of it. Development only.',
  (command) => command,
  dev,
);
