import type {
  GalleryPageQueryVariables,
  GenerationFilter,
  GenerationsOrderBy,
} from '../../graphql/generated';

export const SORTS = {
  newest: { label: 'Newest first', orderBy: ['CREATED_AT_DESC'] },
  oldest: { label: 'Oldest first', orderBy: ['CREATED_AT_ASC'] },
  changed: { label: 'Last changed', orderBy: ['UPDATED_AT_DESC'] },
  starred: { label: 'Starred first', orderBy: ['STARRED_DESC', 'CREATED_AT_DESC'] },
  name: { label: 'Name, A to Z', orderBy: ['NAME_ASC', 'CREATED_AT_DESC'] },
} as const satisfies Record<string, { label: string; orderBy: readonly GenerationsOrderBy[] }>;

export type SortName = keyof typeof SORTS;

/** What the gallery shows. An empty text: whichever. */
export interface GalleryFilters {
  search: string;
  type: '' | 'image' | 'video';
  tool: string;
  isStarred: boolean;
  isEdit: boolean;
  /** `none`: what is in no shot. Otherwise the id of a shot. */
  shot: string;
  /** Of a shot: what has no place in it yet. */
  isUnplaced: boolean;
  sort: SortName;
  page: number;
}

export const NO_FILTERS: GalleryFilters = {
  ...{ search: '', type: '', tool: '', isStarred: false, isEdit: false, shot: '', isUnplaced: false },
  ...{ sort: 'newest', page: 1 },
};

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** An address may be old or typed by hand: what it cannot mean is left out. */
export function readFilters(search: URLSearchParams): GalleryFilters {
  const text = (name: string) => search.get(name) ?? '';
  const type = text('type');
  const shot = text('shot');
  const sort = text('sort');
  const page = Number(text('page'));
  const isShot = UUID.test(shot);
  return {
    search: text('q'),
    type: type === 'image' || type === 'video' ? type : '',
    tool: text('tool'),
    isStarred: search.has('starred'),
    isEdit: search.has('edits'),
    shot: isShot || shot === 'none' ? shot : '',
    isUnplaced: isShot && search.has('unplaced'),
    sort: Object.hasOwn(SORTS, sort) ? (sort as SortName) : NO_FILTERS.sort,
    page: Number.isSafeInteger(page) && page > 1 ? page : 1,
  };
}

/** Into the address, beside what others keep there; what is as usual is not written. */
export function writeFilters(filters: GalleryFilters, beside: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(beside);
  const write = (name: string, value: string) => {
    if (value) next.set(name, value);
    else next.delete(name);
  };
  const flag = (isSet: boolean) => (isSet ? '1' : '');
  write('q', filters.search);
  write('type', filters.type);
  write('tool', filters.tool);
  write('starred', flag(filters.isStarred));
  write('edits', flag(filters.isEdit));
  write('shot', filters.shot);
  write('unplaced', flag(filters.isUnplaced && UUID.test(filters.shot)));
  write('sort', filters.sort === NO_FILTERS.sort ? '' : filters.sort);
  write('page', filters.page > 1 ? String(filters.page) : '');
  return next;
}

/** How many leave something out. */
export function countActive(filters: GalleryFilters): number {
  const { search, type, tool, isStarred, isEdit, shot, isUnplaced } = filters;
  return [search.trim(), type, tool, isStarred, isEdit, shot, isUnplaced].filter(Boolean).length;
}

/** How each filter is asked for stands in galleryPage.graphql. */
export function variablesOf(
  projectId: string,
  filters: GalleryFilters,
  pageSize: number,
): GalleryPageQueryVariables {
  const filter: GenerationFilter[] = [];
  if (filters.type) filter.push({ type: { equalTo: filters.type } });
  if (filters.tool) filter.push({ toolType: { equalTo: filters.tool } });
  if (filters.isStarred) filter.push({ starred: { equalTo: true } });
  if (filters.isEdit) filter.push({ basedOn: { isNull: false } });
  if (filters.search.trim()) filter.push({ prompt: { includesInsensitive: filters.search.trim() } });
  if (filters.shot === 'none') filter.push({ shotGenerationsExist: false });
  else if (filters.shot) {
    const place = filters.isUnplaced ? { position: { isNull: true } } : {};
    filter.push({ shotGenerations: { some: { shotId: { equalTo: filters.shot }, ...place } } });
  }
  return {
    projectId,
    ...(filter.length > 0 ? { filter } : {}),
    orderBy: SORTS[filters.sort].orderBy,
    first: pageSize,
    offset: (filters.page - 1) * pageSize,
  };
}
