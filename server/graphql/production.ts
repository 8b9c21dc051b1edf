import { GraphQLError, type ExecutionResult, type ValidationRule } from 'graphql';
import type { Role } from '../auth/claims';
import { asGraphQLError } from './mask';

/** What a gateway tells of its schema beyond what a document asks of it. */
export interface Disclosure {
  introspection: boolean;
  suggestions: boolean;
}

/**
 * What holds an operation back from reading the schema, none for services: whoever holds their token may read and
 * change what there is, and deployment tools compare schemas with it. `__typename` is no secret, and clients need it.
 */
export function introspectionRules({ introspection }: Disclosure, role: Role): ValidationRule[] {
  return introspection || role === 'service_role' ? [] : [refuseIntrospection];
}

const refuseIntrospection: ValidationRule = (context) => ({
  Field: (node) => {
    const name = node.name.value;
    if (name !== '__schema' && name !== '__type') return undefined;
    const refusal = asGraphQLError({
      code: 'FORBIDDEN',
      message: `This gateway does not tell its schema: ${name} cannot be asked for.`,
    });
    context.reportError(new GraphQLError(refusal.message, node, null, null, null, null, refusal.extensions));
    // One is enough: what stands below tells the same.
    return false;
  },
});

/** As graphql-js words it, in validation and where values are coerced: names of the schema, in quotes. */
const SUGGESTION =
  / Did you mean (?:the enum value |to use an inline fragment on )?"[^"]*"(?:,? (?:or )?"[^"]*")*\?/g;

/** Takes the names away that graphql-js puts into its messages for somebody who mistyped one. */
export function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replace(SUGGESTION, '');
  if (message === error.message) return error;
  const { nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, nodes, source, positions, path, null, extensions);
}

/** The same for a result, where there is something to take away: one that many are given stays the same object. */
export function quieten(disclosure: Disclosure) {
  const quiet = (errors: readonly GraphQLError[]): readonly GraphQLError[] =>
    disclosure.suggestions ? errors : errors.map(withoutSuggestions);
  return {
    errors: quiet,
    result: (result: ExecutionResult): ExecutionResult =>
      disclosure.suggestions || !result.errors ? result : { ...result, errors: quiet(result.errors) },
  };
}

export type Quieten = ReturnType<typeof quieten>;
