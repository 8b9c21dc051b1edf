import { serverAudits } from 'graphql-http';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;
let url = '';

beforeAll(async () => {
  database = await createTestDatabase();
  gateway = await startTestGateway(database);
  url = `${gateway.url}/graphql`;
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => url, fetchFn: fetch });

  test('the suite is the whole one', () => expect(audits).toHaveLength(61));

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect({ status: result.status, reason: 'reason' in result ? result.reason : undefined }).toEqual({
        status: 'ok',
        reason: undefined,
      });
    },
  );
});
