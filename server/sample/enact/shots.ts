import type { LinkRow, World } from '../build/rows';
import { makeOver, runOver, type Enactment } from './enactment';
import { patchSettings } from './settings';

const CREATE = `
  select given.id as planned, made.id
  from jsonb_to_recordset($1) as given (id uuid, project_id uuid, name text, generation_id uuid)
  cross join lateral public.create_shot_with_image(given.project_id, given.name, given.generation_id) as made`;

/** Each of these shots has one place by now, which came with it. */
const FIRST_PLACES = `
  select given.id as planned, l.id
  from jsonb_to_recordset($1) as given (id uuid, shot_id uuid)
  join public.shot_generations l on l.shot_id = given.shot_id`;

const SET_ASPECT_RATIO = `
  update public.shots s set aspect_ratio = given.aspect_ratio
  from jsonb_to_recordset($1) as given (id uuid, aspect_ratio text) where s.id = given.id`;

const ADD = `
  select given.id as planned, made.id
  from jsonb_to_recordset($1) as given (id uuid, shot_id uuid, generation_id uuid, with_position boolean)
  cross join lateral public.add_generation_to_shot(given.shot_id, given.generation_id, given.with_position) as made`;

const POSITION = `
  select made.id from jsonb_to_recordset($1) as given (id uuid, position int, timeline_frame int)
  cross join lateral public.position_shot_generation(given.id, given.position, given.timeline_frame) as made`;

const SET_FRAMES = `
  select made.id from jsonb_to_recordset($1) as given (id uuid, changes jsonb)
  cross join lateral public.batch_update_timeline_frames(given.id, given.changes) as made`;

const isPlaced = (link: LinkRow) => link.position !== null;

/** Every shot begins with the first image of its list, in the order of the project's shots. */
async function createShots(enactment: Enactment, { shots, links }: World): Promise<void> {
  const begun = shots.map((shot) => {
    const first = links.find((link) => link.shot_id === shot.id && link.position === 0);
    if (!first) throw new Error(`The shot ${shot.name} has no first image.`);
    return { shot: { ...shot, generation_id: first.generation_id }, first };
  });
  await makeOver(
    enactment,
    CREATE,
    begun.map(({ shot }) => shot),
  );
  await makeOver(
    enactment,
    FIRST_PLACES,
    begun.map(({ first }) => first),
  );
  await runOver(
    enactment,
    SET_ASPECT_RATIO,
    shots.filter((shot) => shot.aspect_ratio !== null),
  );
  await patchSettings(enactment, 'shot', shots);
}

/**
 * The rest of the places. What stands in a list a second time is added beside it and then dragged to where it
 * stands; frames and notes come last, shot by shot as a drop on the timeline sends them.
 */
async function fillShots(enactment: Enactment, { shots, links }: World): Promise<void> {
  const added = links.filter((link) => link.position !== 0);
  const isAgain = (link: LinkRow) =>
    isPlaced(link) &&
    links.find((each) => each.shot_id === link.shot_id && each.generation_id === link.generation_id) !== link;
  const again = added.filter(isAgain);
  await makeOver(
    enactment,
    ADD,
    added.map((link) => ({ ...link, with_position: isPlaced(link) && !again.includes(link) })),
  );
  await runOver(enactment, POSITION, again);
  const changes = shots.map((shot) => ({
    id: shot.id,
    changes: links
      .filter((link) => link.shot_id === shot.id)
      .map(({ id, timeline_frame, metadata }) => ({ id, timeline_frame, metadata })),
  }));
  await runOver(enactment, SET_FRAMES, changes);
}

/** Shots with all that stands in them, by the functions that shots pane and shot editor call. */
export async function arrangeShots(enactment: Enactment, world: World): Promise<void> {
  await createShots(enactment, world);
  await fillShots(enactment, world);
}
