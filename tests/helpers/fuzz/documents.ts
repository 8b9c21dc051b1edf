import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  Kind,
  parse,
  print,
  visit,
  isInputType,
  type DefinitionNode,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';

import { HOSTILE, mutate, type Chance } from './chance';

export interface Document {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: unknown;
}

const PROJECT = path.resolve(__dirname, '../../..');
const schema = buildSchema(readFileSync(path.join(PROJECT, 'schema/schema.graphql'), 'utf8'));
const ROOTS = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
const studio = path.join(PROJECT, 'web/src/graphql');
const DEFINITIONS = readdirSync(studio)
  .filter((name) => name.endsWith('.graphql'))
  .flatMap((name) => parse(readFileSync(path.join(studio, name), 'utf8')).definitions);

/** Of an operation or fragment: itself, and the fragments that it needs, and those that they need. */
function whole(definition: DefinitionNode, known = new Set<DefinitionNode>()): Set<DefinitionNode> {
  known.add(definition);
  visit(definition, {
    FragmentSpread: ({ name }) => {
      const needed = DEFINITIONS.find((each) => 'name' in each && each.name?.value === name.value);
      if (needed && !known.has(needed)) whole(needed, known);
    },
  });
  return known;
}
const STUDIO = DEFINITIONS.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION).map(
  (operation) => ({ operation, query: [...whole(operation)].map(print).join('\n') }),
);

/** @param ids of rows that there are: what asks for others is soon answered */
export function createDocuments(chance: Chance, ids: readonly string[]) {
  const scalar = (name: string): unknown => {
    // Now and then what it is not.
    if (chance.percent(2)) return chance.pick<unknown>([null, 0, -1, 1.5, true, '', [], {}, ...HOSTILE]);
    switch (name) {
      case 'Int':
        return chance.pick([0, 1, 2, 5, -1, 1_000, 2_147_483_647, -2_147_483_648]);
      case 'Float':
        return chance.pick([0, 0.5, -1, 1e308, 5e-324]);
      case 'Boolean':
        return chance.percent(50);
      case 'UUID':
        return chance.percent(80) ? chance.pick(ids) : chance.pick(HOSTILE);
      case 'BigInt':
      case 'BigFloat':
        return chance.pick([
          '0',
          '1',
          '-1',
          '9223372036854775807',
          '1e10',
          'NaN',
          'Infinity',
          '-0',
          '0.1',
          'x',
          '',
        ]);
      case 'Datetime':
      case 'Date':
        return chance.pick([
          '2026-01-01T00:00:00Z',
          '2026-01-01',
          'infinity',
          '-infinity',
          'now',
          'epoch',
          'x',
          '',
        ]);
      case 'Cursor': {
        const inside: unknown = chance.pick<unknown>([
          ['natural', 1],
          ['primary_key_asc', [chance.pick(ids)]],
          ['created_at_desc', ['2026-01-01', chance.pick(ids)]],
          [],
          {},
          null,
          'x',
          [[[]]],
          ['natural', -1],
          ['natural', 'x'],
        ]);
        return chance.percent(70)
          ? Buffer.from(JSON.stringify(inside)).toString('base64')
          : chance.pick(HOSTILE);
      }
      case 'JSON':
        return chance.pick<unknown>([
          {},
          [],
          { a: { b: [1, null, 'x'] } },
          'text',
          1,
          null,
          { '\0': '\ud800' },
        ]);
      default:
        return chance.pick(HOSTILE);
    }
  };

  const value = (type: GraphQLInputType, depth: number): unknown => {
    if (isNonNullType(type)) return certain(type.ofType as GraphQLInputType, depth);
    return chance.percent(4) ? null : certain(type, depth);
  };
  const certain = (type: GraphQLInputType, depth: number): unknown => {
    if (isListType(type)) {
      const length = chance.pick([0, 1, 1, 2, 3]);
      return Array.from({ length }, () => value(type.ofType as GraphQLInputType, depth));
    }
    if (isEnumType(type)) return new Word(chance.pick(type.getValues()).name);
    if (!isInputObjectType(type)) return scalar(type.name);
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (depth < 4 && chance.percent(25)),
    );
    return Object.fromEntries(fields.map((field) => [field.name, value(field.type, depth + 1)]));
  };

  const make = (): Document => {
    const variables: Record<string, unknown> = {};
    const declared: string[] = [];
    const argumentsOf = (field: GraphQLField<unknown, unknown>): string => {
      const given = field.args
        .filter((each) => isNonNullType(each.type) || each.name === 'first' || chance.percent(25))
        .map((each) => {
          const made = value(each.type, 0);
          if (chance.percent(60)) return `${each.name}: ${literal(made)}`;
          const name = `v${declared.length}`;
          declared.push(`$${name}: ${String(each.type)}`);
          if (chance.percent(95)) variables[name] = made;
          return `${each.name}: $${name}`;
        });
      return given.length > 0 ? `(${given.join(', ')})` : '';
    };
    let left = 40;
    const select = (type: GraphQLOutputType, depth: number): string => {
      const named = getNamedType(type);
      if (!isCompositeType(named)) return '';
      if (!isObjectType(named)) return ' { __typename }';
      return ` { ${fieldsOf(named, depth, 1 + chance.number(4))} }`;
    };
    const fieldsOf = (type: GraphQLObjectType, depth: number, count: number): string => {
      const all = Object.values(type.getFields());
      const chosen = Array.from({ length: count }, () => chance.pick(all)).filter(
        (field) => left-- > 0 && (depth < 5 || !isCompositeType(getNamedType(field.type))),
      );
      const texts = chosen.map((field, n) => {
        const directive = chance.percent(3)
          ? ` @${chance.pick(['skip', 'include'])}(if: ${String(chance.percent(50))})`
          : '';
        return `f${n}: ${field.name}${argumentsOf(field)}${directive}${select(field.type, depth + 1)}`;
      });
      return ['__typename', ...texts].join(' ');
    };
    const kind = chance.pick([0, 0, 0, 1, 1, 2]);
    const root = ROOTS[kind]!;
    const count = kind === 2 ? 1 : 1 + chance.number(3);
    const body = fieldsOf(root, 0, count).replace(kind === 2 ? '__typename ' : '', '');
    const head = ['query', 'mutation', 'subscription'][kind];
    const parameters = declared.length > 0 ? ` (${declared.join(', ')})` : '';
    return { query: `${head}${parameters} { ${body} }`, variables };
  };

  const ofStudio = (): Document => {
    const { operation, query } = chance.pick(STUDIO);
    const name = operation.name?.value;
    const declared = [...query.matchAll(/\$(\w+): (\[?\w+)/g)];
    return {
      query,
      operationName: chance.percent(95) ? name : chance.pick(HOSTILE),
      variables: Object.fromEntries<unknown>(
        declared.map(([, variable, type]): [string, unknown] => {
          const named = schema.getType(type!.replace('[', ''));
          const made = isInputType(named) ? value(named, 0) : undefined;
          return [variable!, type!.startsWith('[') ? [made] : made];
        }),
      ),
    };
  };

  /** Words of the text in another order, left out, doubled, or others. */
  const shuffle = ({ query, ...rest }: Document): Document => {
    const words = query.split(/(\W)/);
    for (let times = 1 + chance.number(3); times > 0; times--) {
      const at = chance.number(words.length);
      const other = chance.pick([...words.slice(0, 200), ...HOSTILE, '0', '-1', '{', '...']);
      words.splice(at, chance.number(3), ...(chance.percent(60) ? [other] : []));
    }
    return { query: words.join(''), ...rest };
  };

  return (): Document => {
    const made = chance.percent(65) ? make() : ofStudio();
    const fate = chance.number(100);
    if (fate < 60) return made;
    if (fate < 85) return shuffle(made);
    return { ...made, query: mutate(chance, Buffer.from(made.query)).toString() };
  };
}

/** A word of GraphQL's, not a text; as a variable it is one. */
class Word {
  constructor(readonly name: string) {}
  toJSON(): string {
    return this.name;
  }
}

function literal(value: unknown): string {
  if (value instanceof Word) return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([name]) => /^[_A-Za-z]\w*$/.test(name));
  return `{${fields.map(([name, field]) => `${name}: ${literal(field)}`).join(', ')}}`;
}
