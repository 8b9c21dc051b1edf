/**
 * Secrets that everybody can read: in documentation, in templates that are started as they are.
 * Sources: Supabase's CLI and its docker/.env.example, jwt.io, PostgREST's tutorial.
 */
const KNOWN_SECRETS = new Set([
  'super-secret-jwt-token-with-at-least-32-characters-long',
  'your-super-secret-jwt-token-with-at-least-32-characters-long',
  'a-string-secret-at-least-256-bits-long',
  'your-256-bit-secret',
  'reallyreallyreallyreallyverysafe',
]);

const KNOWN_PASSWORDS = new Set([
  'postgres',
  'password',
  'secret',
  'admin',
  'supabase',
  'reigh',
  'changeme',
  '123456',
]);

const READS_LIKE_AN_EXAMPLE =
  /change.?(me|this)|secret|passw|example|placeholder|insecure|your[-_ ]|default/i;

/** As much as 32 hex digits drawn by chance have, but for one in a hundred million. */
const ENOUGH_BITS = 48;

/** What is wrong with a secret that signs tokens; undefined when nothing can be seen. */
export function weaknessOf(secret: string): string | undefined {
  if (KNOWN_SECRETS.has(secret))
    return 'stands in public documentation or code: anybody can sign tokens with it';
  if (READS_LIKE_AN_EXAMPLE.test(secret)) return 'reads like an example, not like something drawn by chance';
  if (bitsOf(secret) < ENOUGH_BITS) return 'has too little chance in it: it can be guessed';
  return undefined;
}

export function isKnownPassword(user: string, password: string): boolean {
  return KNOWN_PASSWORDS.has(password.toLowerCase()) || password === user;
}

/**
 * How many bits of chance a text can have at most: characters that follow from those before (the same again, the
 * next of the alphabet, a pair that was there) count for nothing.
 */
function bitsOf(text: string): number {
  const pairs = new Set<string>();
  let unforeseen = 0;
  for (let index = 0; index < text.length; index++) {
    const step = text.charCodeAt(index) - text.charCodeAt(index - 1);
    const pair = text.slice(index - 1, index + 1);
    if (!(Math.abs(step) <= 1) && !pairs.has(pair)) unforeseen++;
    pairs.add(pair);
  }
  const alphabet = [/[0-9]/, /[a-f]/, /[g-z]/, /[A-Z]/, /[^0-9a-zA-Z]/];
  const sizes = [10, 6, 20, 26, 32];
  const size = alphabet.reduce((sum, kind, index) => sum + (kind.test(text) ? sizes[index]! : 0), 0);
  return unforeseen * Math.log2(Math.max(2, size));
}
