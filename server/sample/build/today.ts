import type { Draft } from './draft';
import { makeImage } from './generations';
import { imageParams } from './params';
import type { Project } from './projects';
import type { Made } from './rows';
import { linkToShot } from './shots';
import { queueTask, startTask } from './tasks';
import { failRecently } from './troubles';
import { completeSegment, queueTravel } from './videos';

/** Sets the clock to so many seconds before the load. */
function moveTo(draft: Draft, ago: number): void {
  draft.ago = ago;
}

/** An order that a worker has not finished, or not even begun. */
function order(draft: Draft, key: string, prompt: string, type: string, source?: Made) {
  const tool = source ? 'magic-edit' : 'image-generation';
  const aim = source ? { based_on: source.row.id } : {};
  const params = { ...imageParams(draft.story, tool, prompt, key), ...aim };
  return queueTask(draft, { key: `today/${key}`, type, params });
}

/** New images and a travel video of which two segments are done, one runs and the rest waits. */
function workOnLighthouse({ draft, timelines }: Project): void {
  const [opening] = timelines;
  const main = opening?.images[0];
  if (!opening || !main) return;
  moveTo(draft, 3000);
  const prompts = [
    'Gulls circle the lamp room',
    'Spray on the lamp room glass, sun behind it',
    'Rope and buoys at the landing',
  ];
  for (const prompt of prompts) {
    const picture = {
      ...main.picture,
      seed: `today/${prompt}`,
      size: main.picture.size + draft.random.next() * 0.3,
    };
    const made = makeImage(draft, { key: prompt, title: prompt, prompt, picture, shotId: opening.shotId });
    linkToShot(draft, opening.shotId, made, null);
  }
  failRecently(
    draft,
    'Replace the whole sky with a flock of gulls',
    'The provider closed the connection before the image was ready. Nothing was charged.',
    main,
  );
  moveTo(draft, 900);
  const travel = queueTravel(draft, {
    key: 'today/travel',
    title: 'The island, wide cut',
    shotId: opening.shotId,
    motion: 'One long drift around the island, the light changes from grey to gold',
    images: opening.images.slice(0, 5),
  });
  linkToShot(
    draft,
    opening.shotId,
    { row: travel.parent, title: '', prompt: '', picture: main.picture },
    null,
  );
  startTask(draft, travel.orchestrator);
  completeSegment(draft, travel, 0);
  completeSegment(draft, travel, 1);
  const third = travel.segments[2]?.task;
  moveTo(draft, 62);
  if (third) startTask(draft, third).worker_id = 'gpu-fsn-01';
}

function workOnNightbus({ draft, timelines }: Project): void {
  const hero = timelines[1]?.images.at(-1);
  moveTo(draft, 55);
  startTask(
    draft,
    order(draft, 'puddle', 'Macro of a puddle, the bus passes upside down', 'wan_2_2_t2i'),
  ).worker_id = 'gpu-fsn-02';
  moveTo(draft, 40);
  order(draft, 'keys', 'A ring of keys on a wet bench, pink light', 'wan_2_2_t2i');
  order(draft, 'roof', 'Let the roof glow in green for the last chorus', 'qwen_image_edit', hero);
}

function workOnLookbook({ draft, timelines }: Project): void {
  const source = timelines[0]?.images[1];
  if (!source) return;
  moveTo(draft, 1500);
  failRecently(
    draft,
    'Dress the model in the coat from the second picture',
    'Only 1 of 2 input images could be read: look-2-back.heic has an unsupported format (use JPEG, PNG or WebP).',
    source,
  );
  moveTo(draft, 30);
  const first = startTask(
    draft,
    order(draft, 'heather', 'Let heather bloom on the moor', 'qwen_image_edit', source),
  );
  moveTo(draft, 20);
  const second = order(draft, 'heather-2', 'Then let the sun break through', 'qwen_image_edit', source);
  second.dependant_on = [first.id];
}

/** A travel video nobody has begun: everything waits for a worker. */
function workOnPlanets({ draft, timelines }: Project): void {
  const timeline = timelines[0];
  if (!timeline) return;
  moveTo(draft, 240);
  const travel = queueTravel(draft, {
    key: 'today/loop',
    title: 'Mint world, long loop',
    shotId: timeline.shotId,
    motion: 'The planet turns twice, the moons overtake each other, perfect loop',
    images: timeline.images.slice(0, 4),
  });
  const made = { row: travel.parent, title: '', prompt: '', picture: timeline.images[0]?.picture };
  if (made.picture) linkToShot(draft, timeline.shotId, { ...made, picture: made.picture }, null);
}

/** What is going on at this moment. */
export function makeToday(project: Project): void {
  switch (project.draft.story.key) {
    case 'lighthouse':
      return workOnLighthouse(project);
    case 'nightbus':
      return workOnNightbus(project);
    case 'lookbook':
      return workOnLookbook(project);
    case 'planets':
      return workOnPlanets(project);
  }
}
