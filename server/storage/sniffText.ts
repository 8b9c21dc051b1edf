import { TextDecoder } from 'node:util';

/**
 * The beginning of a file as text, undefined when it is none.
 * @param cut more follows, so that the last character may be half there
 * @param charset that was declared; UTF-8 otherwise
 */
export function readText(head: Buffer, cut: boolean, charset = 'utf-8'): string | undefined {
  // The bytes that no text has, as browsers tell text from other things.
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(head.toString('latin1'))) return undefined;
  try {
    return new TextDecoder(charset, { fatal: true }).decode(head, { stream: cut });
  } catch {
    return undefined;
  }
}

/** Elements by which browsers take a nameless text for HTML. Source: MIME Sniffing, 7.1. Some more do no harm. */
const HTML_ELEMENTS = new Set(
  (
    'html head body script iframe h1 h2 h3 div font table a style title b br p img video audio form input ' +
    'object embed link meta base frame frameset template span math details button'
  ).split(' '),
);

/**
 * Which markup a text is, by its first element behind white space, comments, instructions and a doctype. What hides
 * its first element behind more of these than is looked at counts as what a browser would take it for.
 */
export function sniffMarkup(text: string): 'html' | 'xhtml' | 'svg' | 'xml' | undefined {
  let rest = text.replace(/^\ufeff/, '').trimStart();
  let isXml = false;
  let hasComment = false;
  for (;;) {
    if (rest.startsWith('<!--')) {
      hasComment = true;
      rest = after(rest, '-->', 4);
    } else if (rest.startsWith('<?')) {
      isXml ||= /^<\?xml[\s?]/i.test(rest);
      rest = after(rest, '?>', 2);
    } else if (/^<!doctype/i.test(rest)) {
      if (/^<!doctype\s+html/i.test(rest) && !isXml) return 'html';
      isXml = true;
      rest = afterDoctype(rest);
    } else break;
    rest = rest.trimStart();
  }
  const element = /^<(?:[\w-]+:)?([a-z][\w-]*)(?=[\s/>]|$)/i.exec(rest)?.[1]?.toLowerCase();
  if (element === 'svg') return 'svg';
  if (element === 'html') return isXml ? 'xhtml' : 'html';
  if (isXml) return 'xml';
  return hasComment || (element !== undefined && HTML_ELEMENTS.has(element)) ? 'html' : undefined;
}

function after(text: string, end: string, from: number): string {
  const at = text.indexOf(end, from);
  return at === -1 ? '' : text.slice(at + end.length);
}

/** Its declarations stand in brackets, with signs of their own. */
function afterDoctype(text: string): string {
  const brackets = /^<!doctype[^[>]*\[/i.test(text);
  return brackets ? after(after(text, ']', 0), '>', 0) : after(text, '>', 0);
}
