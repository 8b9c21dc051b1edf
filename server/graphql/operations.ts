import {
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import type { Role } from '../auth/claims';
import type { Gate } from './gate';
import { refusalOf, type Limits, type Measured } from './limits/limits';
import { textRefusalOf, type TextLimits } from './limits/text';
import { asGraphQLError, clip, isTooLarge, TOO_COMPLEX } from './mask';
import { oneSubscriptionField } from './subscriptionRoot';

/** More tell nobody more, and each takes time to find. */
const MAX_ERRORS = 20;

/** What a caller asks for, over HTTP or a socket. */
export interface OperationRequest {
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
}

/**
 * Reads and checks an operation as the HTTP front does: its measure before anything looks at it more closely.
 * @returns what to execute, or the coded errors that stand against it
 */
export function prepareOperation(
  request: OperationRequest,
  schema: GraphQLSchema,
  limits: Limits,
  gate: Gate,
  role: Role,
): Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'> | GraphQLError[] {
  const { operationName, variables } = request;
  try {
    const document = gate.parse(gate.textOf(request, role), limits);
    const measured = { schema, document, operationName, variableValues: variables };
    const rules = rulesFor(measured, gate.rulesFor(specifiedRules, role), limits);
    const errors = gate.validate(schema, document, rules);
    if (errors.length > 0) return errors.map(coded);
    if (!getOperationAST(document, operationName)) {
      return [coded(new GraphQLError('Unable to detect operation AST'))];
    }
    return { schema, document, operationName: operationName ?? undefined, variableValues: variables };
  } catch (error) {
    if (error instanceof Error) return [coded(error)];
    throw error;
  }
}

/** The rules an operation is held against: those of GraphQL, or one that refuses it for its measure. */
export function rulesFor(
  request: Measured,
  rules: readonly ValidationRule[],
  limits: Limits,
): readonly ValidationRule[] {
  const refusal = refusalOf(request, limits);
  return refusal ? [reporting(refusal)] : [...rules, oneSubscriptionField];
}

/** Parses what is not too large to be parsed. @throws GraphQLError */
export function parseBriefly(text: string, limits: TextLimits): DocumentNode {
  const refusal = textRefusalOf(text, limits);
  if (refusal) throw refusal;
  return parse(text);
}

/** Validates, and stops at so many errors. */
export function validateBriefly(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules?: readonly ValidationRule[],
): readonly GraphQLError[] {
  return validate(schema, document, rules, undefined, { maxErrors: MAX_ERRORS });
}

/** A rule that has made up its mind. */
export function reporting(error: GraphQLError): ValidationRule {
  return (context) => {
    context.reportError(error);
    return {};
  };
}

/** Gives the errors that arise before execution their code. */
export function coded(error: Readonly<GraphQLError | Error>): GraphQLError {
  if (isTooLarge(error)) return asGraphQLError(TOO_COMPLEX);
  if (!(error instanceof GraphQLError))
    return asGraphQLError({ code: 'BAD_REQUEST', message: error.message });
  if (error.extensions?.code) return error;
  const code = error.message.startsWith('Syntax Error')
    ? 'GRAPHQL_PARSE_FAILED'
    : 'GRAPHQL_VALIDATION_FAILED';
  return new GraphQLError(clip(error.message), error.nodes, error.source, error.positions, error.path, null, {
    code,
  });
}
