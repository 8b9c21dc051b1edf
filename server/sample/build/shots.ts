import type { Picture } from '../draw/picture';
import type { Scene, ShotStory } from '../stories/story';
import { idIn, letPass, type Draft } from './draft';
import { makeImage, uploadImage } from './generations';
import type { Made } from './rows';
import { treatImages, enhanceVideo, upscaleVideo } from './variants';
import { makeTravel, SEGMENT_FRAMES } from './videos';

function pictureOf(draft: Draft, scene: Scene, seed: string): Picture {
  const [place, subject, time, weather, size] = scene.look;
  const { tint, aspect } = draft.story;
  return { seed, place, subject, time, weather, size, tint, aspect, detail: 1 };
}

/** Edits of an image: each of the one before, or all of the first. */
function editScene(draft: Draft, scene: Scene, main: Made): Made[] {
  const made: Made[] = [];
  for (const [i, edit] of (scene.edits ?? []).entries()) {
    const source = scene.fan ? main : (made.at(-1) ?? main);
    const picture: Picture = { ...source.picture };
    if (edit.time) picture.time = edit.time;
    if (edit.weather) picture.weather = edit.weather;
    if (edit.accent !== undefined) picture.tint = { ...picture.tint, accent: edit.accent };
    const key = `${scene.title}/edit${i}`;
    made.push(makeImage(draft, { key, title: edit.prompt, prompt: edit.prompt, picture, source }));
  }
  return made;
}

/** Puts something into a shot. A frame places it on the timeline; without one it only belongs there. */
export function linkToShot(
  draft: Draft,
  shotId: string,
  made: Made,
  place: { position: number; frame: number } | null,
  metadata: Record<string, unknown> = {},
): void {
  letPass(draft, 2, 9);
  draft.world.links.push({
    id: idIn(draft, 'link', `${shotId}/${made.row.id}/${place?.position ?? 'none'}`),
    shot_id: shotId,
    generation_id: made.row.id,
    position: place?.position ?? null,
    timeline_frame: place?.frame ?? null,
    metadata,
    created_at: draft.ago,
  });
}

/** The images of a shot: those on its timeline, and those that were tried beside them. */
function makeScenes(draft: Draft, shot: ShotStory, shotId: string) {
  const placed: Made[] = [];
  const spare: Made[] = [];
  const loose: Made[] = [];
  for (const scene of shot.scenes) {
    const key = scene.title;
    const main = scene.uploaded
      ? uploadImage(draft, key, scene.title, pictureOf(draft, scene, key))
      : makeImage(draft, { ...scene, key, picture: pictureOf(draft, scene, key), shotId });
    (scene.uploaded ? spare : placed).push(main);
    // In the gallery but in no shot: what somebody tries before he decides.
    const tries = scene.uploaded || !draft.random.chance(0.72) ? 0 : 1;
    for (let take = 1; take <= (scene.takes ?? 0) + tries; take++) {
      const key = `${scene.title}/take${take}`;
      const kept = take <= (scene.takes ?? 0);
      const title = `${scene.title}, take ${take + 1}`;
      const picture = pictureOf(draft, scene, key);
      const made = makeImage(draft, {
        key,
        title,
        prompt: scene.prompt,
        picture,
        shotId: kept ? shotId : undefined,
      });
      if (!kept) loose.push(made);
      else (take === 1 && shot.travel ? placed : spare).push(made);
    }
    const edits = editScene(draft, scene, main);
    const last = edits.at(-1);
    if (last) spare.push(last);
    loose.push(...edits.slice(0, -1));
  }
  return { placed, spare, loose };
}

/** A shot with all that was made for it. Returns what other shots may use. */
export function makeShot(draft: Draft, shot: ShotStory, order: number, borrowed?: Made): Made[] {
  const shotId = idIn(draft, 'shot', shot.name);
  draft.world.shots.push({
    id: shotId,
    project_id: draft.projectId,
    name: shot.name,
    aspect_ratio: order === 1 ? draft.story.aspect : null,
    settings: shot.travel
      ? {
          'travel-between-images': {
            batchVideoPrompt: shot.travel.motion,
            batchVideoFrames: SEGMENT_FRAMES,
            generationMode: 'timeline',
          },
        }
      : {},
    created_at: draft.ago,
  });
  const { placed, spare, loose } = makeScenes(draft, shot, shotId);

  const again = shot.again === undefined ? undefined : placed[shot.again];
  const line = again ? [...placed, again] : placed;
  let frame = 0;
  line.forEach((made, position) => {
    if (position > 0) frame += draft.random.pick([10, 24, 33, 41, 49, 60, 72, 81]);
    const note = position === 2 ? { note: 'hold a little longer' } : {};
    linkToShot(draft, shotId, made, { position, frame }, note);
  });
  for (const made of [...spare, ...(borrowed ? [borrowed] : [])]) linkToShot(draft, shotId, made, null);
  treatImages(draft, [...placed, ...spare, ...loose]);
  if (shot.travel) makeTravels(draft, shot, shotId, line);
  return placed;
}

/** The shot's videos: a first cut of it all, and a shorter second one with other words. */
function makeTravels(draft: Draft, shot: ShotStory, shotId: string, line: Made[]): void {
  const { motion, segments } = shot.travel ?? { motion: '', segments: 0 };
  const title = shot.name.replace(/^.*[—·] ?/, '');
  const images = line.slice(0, segments + 1);
  const cuts = [
    { key: `${shot.name}/cut1`, title: `${title}, cut 1`, motion, images },
    {
      key: `${shot.name}/cut2`,
      title: `${title}, cut 2`,
      motion: `${motion}, slower and calmer`,
      images: images.slice(0, 4),
    },
  ];
  for (const [i, cut] of cuts.entries()) {
    const film = makeTravel(draft, { ...cut, shotId });
    linkToShot(draft, shotId, film, null, { final: i === 0 });
    if (i === 0) upscaleVideo(draft, film);
    else if (draft.random.chance(0.6)) enhanceVideo(draft, film);
  }
}
