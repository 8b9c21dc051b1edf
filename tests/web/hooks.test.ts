import { buildSchema, parse } from 'graphql';
import { plugin, type HooksConfig } from '../../web/codegen/hooks';

const SCHEMA = buildSchema(`
  type Query { me: User, projects: [Project] }
  type Mutation { rename: Project }
  type User { id: ID, projects: [Project] }
  type Project { id: ID }
`);
const DOCUMENT = parse(`
  query Boot { me { id } projects { ...P } }
  mutation Rename { rename { ...P } }
  fragment P on Project { id }
`);

const made = (config: Partial<HooksConfig>) =>
  plugin(SCHEMA, [{ document: DOCUMENT }], {
    documents: './generated',
    makers: '../client/hooks',
    ...config,
  });

test('a hook has the types of rows in its answer, with what is added to them and without what is ignored', () => {
  expect(made({})).toContain("'Boot', ['Project', 'User']");
  expect(made({ ignores: { Boot: ['User'] } })).toContain("'Boot', ['Project']");
  expect(made({ ignores: { Rename: ['Project'] }, changes: { Rename: ['User'] } })).toContain(
    "'Rename', ['User']",
  );
});

test.each(['reads', 'ignores', 'changes'] as const)('a wrong name in `%s` stops codegen', (map) => {
  expect(() => made({ [map]: { Boot: ['User'] } })).not.toThrow();
  expect(() => made({ [map]: { Boots: ['User'] } })).toThrow('in no document: Boots');
  expect(() => made({ [map]: { Boot: ['Users'] } })).toThrow('no type of the schema: Users');
});
