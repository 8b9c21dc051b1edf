import { isIPv4 } from 'node:net';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { signToken } from '../auth/token';
import { isLoopbackName, type JwtSettings } from '../config';
import { refuse } from '../graphql/http';
import { SAMPLE_USERS } from '../sample/users';

const EXPIRES_SECONDS = 3_600;

export interface SampleSignInOptions {
  /** Undefined until the database is open, and where tokens come from an issuer. */
  secret(): string | undefined;
  jwt: Pick<JwtSettings, 'audience' | 'issuer'>;
}

/**
 * Who may try the studio as a sample user, and his token: what `npm start` prints, for a browser on the same machine.
 * In development only, and for nobody beyond this machine.
 */
export function sampleSignIn({ secret, jwt }: SampleSignInOptions): Router {
  const router = Router();
  router.use(onThisMachine);
  router.get('/people', (_request, response) => {
    const people = secret() ? SAMPLE_USERS.map(({ id, name, email }) => ({ id, name, email })) : [];
    response.set('cache-control', 'no-store').json({ people });
  });
  router.post('/people/:id/token', fromOwnPage, async (request, response) => {
    const user = SAMPLE_USERS.find(({ id }) => id === request.params.id);
    const key = secret();
    if (!user || !key) {
      return refuse(response, { code: 'NOT_FOUND', message: 'There is no such sample user.' }, 404);
    }
    const { id, email } = user;
    const token = await signToken(
      { role: 'authenticated', sub: id, email, expires: EXPIRES_SECONDS },
      { ...jwt, secret: key },
    );
    response.set('cache-control', 'no-store').json({ token, expiresInSeconds: EXPIRES_SECONDS });
  });
  return router;
}

/**
 * A proxy in front connects from this machine too, and so does a page elsewhere whose name was made to lead here:
 * neither is addressed by a name of this machine. A proxy that writes that name and nothing of itself is not known by
 * what it sends: then the settings have to say that there is one (docs/access.md).
 */
const onThisMachine: RequestHandler = (request, response, next) => {
  const isHere = isLoopback(request.socket.remoteAddress) && isLocalName(request) && !isForwarded(request);
  if (isHere && !isOfAnotherPage(request)) next();
  else refuseElsewhere(response);
};

/** Browsers name the page with each POST. Who names none is no browser: he has `npm run token`. */
const fromOwnPage: RequestHandler = (request, response, next) => {
  if (request.headers.origin !== undefined) next();
  else refuseElsewhere(response);
};

function refuseElsewhere(response: Response): void {
  const message = 'Sample users sign in on the machine of the gateway itself. Use a token: npm run token.';
  refuse(response, { code: 'FORBIDDEN', message }, 403);
}

function isLoopback(address = ''): boolean {
  const bare = address.replace(/^::ffff:/, '');
  return bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

const isLocalName = ({ hostname }: Request) => isLoopbackName(hostname);

/** What proxies write of themselves and of whom they ask for. */
const OF_PROXIES = [
  ...['forwarded', 'via', 'x-real-ip'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
];
const isForwarded = ({ headers }: Request) => OF_PROXIES.some((name) => name in headers);

/** CORS_ORIGINS lets pages of others ask with tokens of theirs. It is not for giving them one. */
function isOfAnotherPage({ headers }: Request): boolean {
  const { origin, host } = headers;
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}
