/**
 * Stock PostGraphile 4 as its documentation recommends it for production (postgraphile.org, "Recommended options"),
 * with the community's filter plugin, without which the gallery cannot be asked for. As a library and not from the
 * command line for one reason: it alone cannot put a token's claims where Supabase's policies look for them.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import PgSimplifyInflectorPlugin from '@graphile-contrib/pg-simplify-inflector';
import { jwtVerify } from 'jose';
import { Pool } from 'pg';
import { postgraphile } from 'postgraphile';
import ConnectionFilterPlugin from 'postgraphile-plugin-connection-filter';

const { DATABASE, SECRET } = process.env;
const secret = new TextEncoder().encode(SECRET);

const middleware = postgraphile(new Pool({ connectionString: DATABASE, max: 20 }), 'public', {
  subscriptions: true,
  retryOnInitFail: true,
  dynamicJson: true,
  setofFunctionsContainNulls: false,
  ignoreRBAC: false,
  extendedErrors: ['errcode'],
  appendPlugins: [PgSimplifyInflectorPlugin, ConnectionFilterPlugin],
  graphileBuildOptions: { connectionFilterRelations: true },
  graphiql: false,
  enableQueryBatching: true,
  disableQueryLog: true,
  legacyRelations: 'omit',
  pgSettings: async (request: IncomingMessage) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const { payload } = await jwtVerify(token, secret, { audience: 'authenticated', algorithms: ['HS256'] });
    return {
      role: 'authenticated',
      'request.jwt.claims': JSON.stringify(payload),
      statement_timeout: '15000',
    };
  },
});
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }),
);
