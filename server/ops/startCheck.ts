import type { Settings } from '../config';
import { Fault } from '../faults';
import type { Logger } from '../log';
import type { OpenDatabase } from '../postgres/open';
import { requireUrl } from '../postgres/open';
import { withClient } from '../postgres/setup';
import { findingsOf, type Finding } from './checks/check';
import { DATABASE_CHECKS } from './checks/database';
import { readFacts } from './checks/facts';
import { SETTINGS_CHECKS } from './checks/settings';

/**
 * Looks before serving whether what the rules rest on is there. Production does not start without it, and is told
 * everything at once; elsewhere it is a line in the log.
 * @throws Fault
 */
export async function checkStart(
  settings: Settings,
  database: Pick<OpenDatabase, 'urls' | 'embedded' | 'jwtSecret'>,
  log: Logger,
): Promise<void> {
  const isProduction = settings.environment === 'production';
  const findings = findingsOf(SETTINGS_CHECKS, { settings, jwtSecret: database.jwtSecret });
  // In development the embedded server is ours, with nobody else's roles and tables.
  if (isProduction || !database.embedded) {
    const url = requireUrl(database.urls.auth, 'AUTH_DATABASE_URL');
    const facts = await withClient(url, (client) => readFacts(client));
    findings.push(...findingsOf(DATABASE_CHECKS, { settings, facts }));
  }
  const refused = isProduction ? findings.filter(({ gravity }) => gravity === 'wrong') : [];
  for (const { check, wrong, mend } of findings.filter((finding) => !refused.includes(finding))) {
    log.warn({ check, mend }, wrong);
  }
  if (refused.length > 0) {
    throw new Fault(`Production does not start like this:\n${refused.map(tell).join('\n')}`);
  }
}

function tell({ wrong, mend }: Finding): string {
  return `  - ${wrong}\n    ${mend}`;
}
