import { signToken } from './auth/token';
import { fail, say } from './cli/command';
import { readSettings, type Settings } from './config';
import { startGateway, type Gateway } from './gateway';
import { createLogger } from './log';
import { SAMPLE_USERS } from './sample/users';
import { stopOnSignals } from './signals';

async function serve(): Promise<void> {
  const settings = readSettings();
  const log = createLogger(settings);
  const gateway = await startGateway(settings, log);
  stopOnSignals(gateway.shutdown);
  log.info({ url: gateway.url }, 'ready');
  await greet(gateway, settings);
}

/** Tells a developer where to go and how to sign in. Never in production: a log is no place for tokens. */
async function greet(gateway: Gateway, settings: Settings): Promise<void> {
  const lines = ['', 'Reigh Gateway is ready.', `  GraphQL   ${gateway.url}/graphql`];
  if (settings.environment !== 'production') {
    lines.push(`  GraphiQL  ${gateway.url}/graphiql`);
    const secret = gateway.database.jwtSecret;
    if (gateway.database.embedded && secret) {
      lines.push('', 'Sign in as a sample user (valid for a day):');
      for (const user of SAMPLE_USERS) {
        const token = await signToken(
          { role: 'authenticated', sub: user.id, email: user.email, expires: '1d' },
          { ...settings.jwt, secret },
        );
        lines.push(`  ${user.email}`, `    ${token}`);
      }
    }
  }
  say(`${lines.join('\n')}\n`);
}

serve().catch(fail);
