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

/** Of a gateway until it serves; of others until they are read. A name that is none is refused. */
export async function run(name: string): Promise<void> {
  if (!Object.hasOwn(COMMANDS, name)) {
    process.stderr.write(`There is no command "${name}": ${Object.keys(COMMANDS).join(', ')}.\n`);
    process.exitCode = 64;
    return;
  }
  await COMMANDS[name as keyof typeof COMMANDS]();
}
