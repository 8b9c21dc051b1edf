import type { SubjectName } from './subjects';
import type { ActorName } from './world';

export const VERBS = ['select', 'insert', 'update', 'delete'] as const;
export type Verb = (typeof VERBS)[number];

/**
 * What an actor meets who tries a verb on the owner's row, or an insert below the owner's parent:
 * - `allowed`  it happens
 * - `own`      it happens, and the new row is the actor's own whatever he says
 * - `hidden`   select finds nothing, though the row is there
 * - `noop`     update or delete touches nothing, though the row is there
 * - `refused`  SQLSTATE 42501
 * - `missing`  the insert fails as if the owner's parent did not exist
 */
export type Cell = 'allowed' | 'own' | 'hidden' | 'noop' | 'refused' | 'missing';
/** In the order of the verbs. */
type Cells = readonly [Cell, Cell, Cell, Cell];

const open: Cells = ['allowed', 'allowed', 'allowed', 'allowed'];
const closed: Cells = ['refused', 'refused', 'refused', 'refused'];
const readable: Cells = ['allowed', 'refused', 'refused', 'refused'];
const unseen: Cells = ['hidden', 'refused', 'refused', 'refused'];
const foreign: Cells = ['hidden', 'refused', 'noop', 'noop'];
/** As `foreign`, where a trigger or a key, not the policy, meets the foreign parent first. */
const foreignByParent: Cells = ['hidden', 'missing', 'noop', 'noop'];
/** Rows without a parent: everybody makes his own. */
const ownerOfIt: Cells = ['allowed', 'own', 'allowed', 'allowed'];
const ownerOfOthers: Cells = ['hidden', 'own', 'noop', 'noop'];

type Who = Record<ActorName, Cells>;
const users = (owner: Cells, stranger: Cells): Who => ({
  anonymous: closed,
  owner,
  stranger,
  holder: closed,
  idler: closed,
  service: open,
});

/** The table "Who may do what" of domain.md. */
export const MATRIX: Record<SubjectName, Who> = {
  users: users(['allowed', 'refused', 'allowed', 'refused'], ['hidden', 'refused', 'noop', 'refused']),
  projects: users(ownerOfIt, ownerOfOthers),
  shots: users(open, foreign),
  generations: users(open, foreign),
  'variants of a generation': users(open, foreignByParent),
  'generations in a shot': users(open, foreignByParent),
  'a task in progress': { ...users(readable, unseen), holder: readable, idler: unseen },
  'a task that waits': { ...users(readable, unseen), holder: unseen, idler: unseen },
  // The idler ran this one: a worker sees a task while it holds it, not afterwards.
  'a task that ended': { ...users(readable, unseen), holder: unseen, idler: unseen },
  'an active task type': { ...users(readable, readable), holder: readable, idler: readable },
  'a retired task type': { ...users(unseen, unseen), holder: readable, idler: readable },
  'the ledger': {
    ...users(readable, unseen),
    // Append only, for services too.
    service: ['allowed', 'allowed', 'refused', 'refused'],
  },
  'a private resource': {
    ...users(ownerOfIt, ownerOfOthers),
    anonymous: unseen,
    holder: unseen,
    idler: unseen,
  },
  'a public resource': {
    ...users(ownerOfIt, ['allowed', 'own', 'noop', 'noop']),
    anonymous: readable,
    holder: readable,
    idler: readable,
  },
  'training batches': users(ownerOfIt, ownerOfOthers),
  'training videos': users(ownerOfIt, foreignByParent),
  'training segments': users(open, foreign),
  'the worker that holds the task': { ...users(closed, closed), holder: readable, idler: unseen },
  'a file in the folder of the held task': { ...users(open, foreign), holder: open, idler: foreign },
  'a file elsewhere in the folder of the owner': { ...users(open, foreign), holder: foreign, idler: foreign },
  'a file in the folder of the held task, as the API lists it': {
    ...users(readable, unseen),
    ...{ holder: readable, idler: unseen, service: readable },
  },
  buckets: users(closed, closed),
};

export function cell(subject: SubjectName, actor: ActorName, verb: Verb): Cell {
  return MATRIX[subject][actor][VERBS.indexOf(verb) as 0 | 1 | 2 | 3];
}
