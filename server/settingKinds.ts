import path from 'node:path';
import { z } from 'zod';

// What a setting can be: each says in words what is wrong with a value.

/** An empty value in a .env file means "not set". */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

export const withDefault = <T extends z.ZodType>(schema: T, fallback: z.input<T>) =>
  z.preprocess((value) => (value === undefined || value === '' ? fallback : value), schema);

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .or(z.number())
    .transform((value, context) => {
      const number = /^\d+$/.test(String(value).trim()) ? Number(value) : NaN;
      if (!(number >= min && number <= max)) {
        context.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` });
        return z.NEVER;
      }
      return number;
    });

function isEncoded({ username, password, pathname }: URL): boolean {
  try {
    [username, password, pathname].forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether each of its separators separates. A password that holds one as it is would be read as host, database or
 * options, connect to somewhere else, and be shown where only the password itself is left out.
 */
function isUnambiguous(value: string): boolean {
  const [, authority = '', path = '', search = ''] =
    /^[^/?#]*\/\/([^/?#]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(value) ?? [];
  return authority.split('@').length <= 2 && !/[@/]/.test(path) && !/@/.test(search) && !value.includes('#');
}

export const postgresUrl = z.string().refine(
  (value) => {
    if (!URL.canParse(value) || !isUnambiguous(value)) return false;
    const url = new URL(value);
    return /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1 && isEncoded(url);
  },
  {
    message:
      'must be a URL such as postgres://user:password@host:5432/database; within a name or a password, write @ as %40, / as %2F, # as %23, ? as %3F, % as %25',
  },
);

export const httpUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    message: 'must be an http or https URL',
  });

/** Web pages by their origin, separated by commas, or `*`. */
export const origins = z.string().transform((value, context) => {
  const origins = value
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  for (const origin of origins) {
    if (origin !== '*' && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
      context.addIssue({
        code: 'custom',
        message: `must list origins such as https://studio.example, separated by commas, or be * (found ${origin})`,
      });
    }
  }
  return origins;
});

/** Files, separated by commas; absolute from here on. */
export const paths = z.string().transform((value) =>
  value
    .split(',')
    .map((file) => file.trim())
    .filter(Boolean)
    .map((file) => path.resolve(file)),
);

export const truth = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((value) => value === 'true' || value === '1');
