import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseSettings } from '../../server/config';
import { findingsOf, type Finding } from '../../server/ops/checks/check';
import { weaknessOf } from '../../server/ops/checks/secrets';
import { SETTINGS_CHECKS } from '../../server/ops/checks/settings';

/** Drawn, as an operator draws his. */
const SECRET = randomBytes(36).toString('base64');
const KNOWN = 'super-secret-jwt-token-with-at-least-32-characters-long';

describe('what the settings show', () => {
  const settingsOf = (variables: Record<string, string>): Finding[] => {
    const settings = parseSettings({ NODE_ENV: 'production', ...variables });
    return findingsOf(SETTINGS_CHECKS, { settings, jwtSecret: settings.jwt.secret });
  };
  const at = (host: string, password = 'x7Kq2mWv9', more = '') => ({
    JWT_SECRET: SECRET,
    AUTH_DATABASE_URL: `postgres://reigh_authenticator:${password}@${host}:5432/reigh${more}`,
  });
  const cases: [string, Record<string, string>, string[]][] = [
    ['nothing, when all is well', at('db.example', 'x7Kq2mWv9', '?sslmode=verify-full'), []],
    ['a database across the network without TLS', at('db.example'), ['database-encryption']],
    ['TLS that is switched off', at('db.example', 'x7Kq2mWv9', '?sslmode=disable'), ['database-encryption']],
    ['nothing of one on this machine', at('127.0.0.1'), []],
    ['nothing of one in a folder', { ...at('x'), AUTH_DATABASE_URL: 'postgres:///reigh?host=/run' }, []],
    ['a password that everybody tries', at('localhost', 'Postgres'), ['database-password']],
    ['a password that is the name', at('localhost', 'reigh_authenticator'), ['database-password']],
    [
      'a secret that everybody knows',
      { ...at('localhost'), JWT_SECRET: 'your-super-secret-jwt-token-with-at-least-32-characters-long' },
      ['jwt-secret'],
    ],
    ['any origin', { ...at('localhost'), CORS_ORIGINS: '*' }, ['cors-origins']],
    ['an embedded database', { JWT_SECRET: SECRET }, ['embedded-database']],
    ['keys without TLS', { ...at('localhost'), JWT_JWKS_URL: 'http://id.example/keys' }, ['jwks-encryption']],
    ['nothing of keys on this machine', { ...at('localhost'), JWT_JWKS_URL: 'http://127.0.0.1:1/keys' }, []],
  ];
  test.each(cases)('%s', (_what, variables, checks) => {
    expect(settingsOf(variables).map(({ check }) => check)).toEqual(checks);
  });

  test.each([
    KNOWN,
    'your-super-secret-jwt-token-with-at-least-32-characters-long',
    'x'.repeat(32),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    '12345678901234567890123456789012',
    'a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2',
    'change-me-change-me-change-me-change-me',
  ])('the secret %s is weak', (secret) => expect(weaknessOf(secret)).toBeDefined());

  test('a secret that was drawn never is, whatever it was drawn by', () => {
    for (let round = 0; round < 2_000; round++) {
      expect(weaknessOf(randomBytes(16).toString('hex'))).toBeUndefined();
      expect(weaknessOf(randomBytes(24).toString('base64'))).toBeUndefined();
    }
  });

  test('.env.example holds no secret that works', async () => {
    // One that did would be known to everybody, and belong on the list.
    const text = await readFile(path.resolve(__dirname, '../../.env.example'), 'utf8');
    expect(text).toMatch(/^#JWT_SECRET=$/m);
  });
});
