import { Lexer, Source, TokenKind, type GraphQLError } from 'graphql';
import { exceed, isRefusal } from './refuse';

export interface TextLimits {
  /** Of the document's text: comments and white space are read too. */
  textBytes: number;
  /** Names, values and punctuators of a document. */
  tokens: number;
}

/**
 * What is wrong with the measure of a document before it is parsed: the parser makes an object of every token, and of
 * a text of brackets the stack's depth. What is no GraphQL is the parser's to tell.
 */
export function textRefusalOf(text: string, limits: TextLimits): GraphQLError | undefined {
  try {
    checkText(text, limits);
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return error;
    // A syntax error.
    return undefined;
  }
}

function checkText(text: string, { textBytes, tokens }: TextLimits): void {
  if (text.length > textBytes || Buffer.byteLength(text) > textBytes)
    exceed(`A document can have ${textBytes} bytes at most: give large values as variables.`);
  // A token has a character at least, so that what people send is not read twice.
  if (text.length <= tokens) return;
  const lexer = new Lexer(new Source(text));
  for (let count = 0; lexer.advance().kind !== TokenKind.EOF; count++) {
    if (count >= tokens) exceed(`A document can have ${tokens} tokens at most: names, values, punctuation.`);
  }
}
