/** What `server/launch.mjs` runs, by name. Each runs as it is read, with the words of the command line. */
const COMMANDS = {
  start: async () => (await import('./index.ts')).served,
  token: () => import('./cli/token.ts'),
  worker: () => import('./cli/worker.ts'),
  watch: () => import('./cli/watch.ts'),
  doctor: () => import('./cli/doctor.ts'),
  'db:setup': () => import('./cli/db-setup.ts'),
  'db:migrate': () => import('./cli/db-migrate.ts'),
  'db:seed': () => import('./cli/db-seed.ts'),
  'db:reset': () => import('./cli/db-reset.ts'),
  'db:dump': () => import('./cli/db-dump.ts'),
  'db:columns': () => import('./cli/db-columns.ts'),
  'db:policies': () => import('./cli/db-policies.ts'),
  'db:psql': () => import('./cli/db-psql.ts'),
};

/** Of a gateway until it serves; of others until they are read. @throws when there is no such command */
export async function run(name: string | undefined): Promise<void> {
  const command = COMMANDS[name as keyof typeof COMMANDS] as (() => Promise<unknown>) | undefined;
  if (!command) throw new Error(`There is no command ${name}: ${Object.keys(COMMANDS).join(', ')}`);
  await command();
}
