import type { SubjectName } from '../../rls/subjects';
import type { Values } from '../../rls/world';

/** Rows that make no sense: what is wrong with them, and the constraint that says so. */
export interface Nonsense {
  constraint: string;
  subject: SubjectName;
  values: Values[];
}

/** The id of the row that is being made. */
export const OWN_ID = 'e0000000-0000-4000-8000-0000000000ee';
export const notAnObject = (column: string): Values[] => [
  { [column]: '[]' },
  { [column]: '"text"' },
  { [column]: 'null' },
];
export const short = (column: string, longest: number, blank = true): Values[] => [
  { [column]: 'x'.repeat(longest + 1) },
  { [column]: '' },
  ...(blank ? [{ [column]: '   ' }] : []),
];
export const notARatio = [
  '16',
  '16:',
  ':9',
  '0:9',
  '16:0',
  '16x9',
  '-16:9',
  '16:9:1',
  '1.5:1',
  ' 16:9',
  '16:9\n',
  '123456:1',
  '',
];
export const notAWord = ['', 'Image', '1image', 'an image', 'image\n', 'bild-ü', 'x'.repeat(41)];
