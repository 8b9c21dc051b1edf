import { signToken } from './auth/token';
import { fail, say } from './cli/command';
import type { Settings } from './config';
import type { Gateway } from './gateway';
import { runGateway } from './run';
import { SAMPLE_USERS } from './sample/users';

async function serve(): Promise<void> {
  const { gateway, settings } = await runGateway();
  await greet(gateway, settings);
}

/** Tells a developer where to go and how to sign in. Never in production: a log is no place for tokens. */
async function greet(gateway: Gateway, settings: Settings): Promise<void> {
  const lines = ['', 'Reigh Gateway is ready.', `  GraphQL   ${gateway.url}/graphql`];
  if (settings.studio.isServed) lines.push(`  Studio    ${gateway.url}/`);
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

/** Resolves when it serves, or has said why it does not. */
export const served = serve().catch(fail);
