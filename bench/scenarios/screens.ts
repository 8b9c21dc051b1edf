import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GENERATION, idOf, SHOT, type Place } from '../tier/medium';

/** A read that the studio does, as each peer is asked for it. */
export interface Screen {
  name: string;
  /** How the floor calls it. */
  statement: string;
  /** The document for the gateway and stock 4, and that for stock 5, which names some fields differently. */
  document: string;
  document5: string;
  variables(place: Place, chance: () => number): Record<string, unknown>;
  /** The same as values of the floor's statement. */
  values(variables: Record<string, unknown>): unknown[];
  /** What the targets want of it: shares of the floor, of stock 4 and of stock 5. */
  wanted: { floor: number; stock4: number; stock5: number };
}

const LIST = path.resolve(__dirname, '../../schema/persisted-operations.json');

/** A document of the studio, with its fragments. */
export function studioDocument(operation: string): string {
  const texts = Object.values(JSON.parse(readFileSync(LIST, 'utf8')) as Record<string, string>);
  const found = texts.find((text) => new RegExp(`(query|mutation) ${operation}\\b`).test(text));
  if (!found) throw new Error(`The studio has no operation ${operation}.`);
  // Addresses of files are the gateway's alone: nobody else could be asked for them, so nobody is.
  return found.replace(/^\s*(?:mediaUrl|previewUrl\(.*\))\n/gm, '');
}

const ONE_ROW = `query OneRow($id: UUID!) {
  generation(id: $id) {
    id projectId type location thumbnailUrl name prompt toolType starred basedOn createdAt updatedAt
  }
}`;

/** PostGraphile 5 calls the column id rowId and looks rows up by that name; types of orders are in the singular. */
function forFive(document: string): string {
  return document
    .replace(/GenerationsOrderBy/g, 'GenerationOrderBy')
    .replace(/^(\s*)id$/gm, '$1id: rowId')
    .replace(/\{\s*id projectId/, '{ id: rowId projectId')
    .replace(/\b(generation|shot)\(id: /g, '$1(rowId: ');
}

const generationOf = ({ project, generations }: Place, chance: () => number) =>
  idOf(GENERATION, project * 10_000 + 1 + Math.floor(chance() * generations));
/** Each fiftieth has derivatives; one of two that are looked at is such a one. */
const oftenWithDerivatives = (place: Place, chance: () => number) =>
  chance() < 0.5
    ? generationOf(place, chance)
    : idOf(GENERATION, place.project * 10_000 + 1 + 50 * Math.floor((chance() * place.generations) / 50));

const SCREEN = { floor: 0.8, stock4: 2, stock5: 1.2 };
const AHEAD = { floor: 0.7, stock4: 1, stock5: 1 };

function screen(
  name: string,
  statement: string,
  rest: Pick<Screen, 'variables' | 'values'> & { document?: string; wanted?: Screen['wanted'] },
): Screen {
  const document = rest.document ?? studioDocument(name);
  return { name, statement, wanted: SCREEN, ...rest, document, document5: forFive(document) };
}

export const SCREENS: Screen[] = [
  screen('GalleryPage', 'gallery', {
    // People jump to page N.
    variables: ({ projectId, generations }, chance) => ({
      projectId,
      first: 48,
      offset: 48 * Math.floor((chance() * generations) / 48 / 4),
    }),
    values: ({ projectId, first, offset }) => [projectId, first, offset],
  }),
  screen('ShotEditor', 'shotEditor', {
    variables: ({ project, shots }, chance) => ({
      id: idOf(SHOT, project * 1000 + 1 + Math.floor(chance() * shots)),
    }),
    values: ({ id }) => [id],
  }),
  screen('ShotsPane', 'shotsPane', {
    variables: ({ projectId }) => ({ projectId, previews: 5 }),
    values: ({ projectId, previews }) => [projectId, previews],
  }),
  screen('Lightbox', 'lightbox', {
    variables: (place, chance) => ({ id: oftenWithDerivatives(place, chance) }),
    values: ({ id }) => [id],
  }),
  screen('one row by id', 'oneRow', {
    document: ONE_ROW,
    wanted: AHEAD,
    variables: (place, chance) => ({ id: generationOf(place, chance) }),
    values: ({ id }) => [id],
  }),
];
