/* global process */
/**
 * Stock PostGraphile 5: its Amber preset with the two plugins that its documentation recommends for such a schema, as
 * a library, with a token's claims where Supabase's policies look for them.
 */
import { createServer } from 'node:http';
import { PgSimplifyInflectionPreset } from '@graphile/simplify-inflection';
import jsonwebtoken from 'jsonwebtoken';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter';

const { DATABASE, SECRET } = process.env;

/** A status is called "In Progress", of which version 5 makes no name by itself and leaves out whole tables; 4 did so. */
const enumNames = {
  name: 'EnumNamesPlugin',
  version: '1.0.0',
  inflection: {
    replace: {
      enumValue: (previous, _options, details) => previous(details).replace(/\W+/g, '_').toUpperCase(),
    },
  },
};

const preset = {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset],
  plugins: [enumNames],
  // The gallery filters by what no index stands for; 4 lets it by default.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({
      connectionString: DATABASE,
      schemas: ['public'],
      poolConfig: { max: 20 },
    }),
  ],
  schema: { connectionFilterRelations: true },
  grafserv: { graphiql: false, watch: false },
  grafast: {
    explain: false,
    context: ({ node }) => {
      const token = (node?.req.headers.authorization ?? '').replace(/^Bearer /, '');
      const claims = jsonwebtoken.verify(token, SECRET, { audience: 'authenticated', algorithms: ['HS256'] });
      return {
        pgSettings: {
          role: 'authenticated',
          'request.jwt.claims': JSON.stringify(claims),
          statement_timeout: '15000',
        },
      };
    },
  },
};

const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
await serv.ready();
server.listen(0, '127.0.0.1', () =>
  process.send({ url: `http://127.0.0.1:${server.address().port}/graphql` }),
);
