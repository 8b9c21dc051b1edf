import { FOOTAGE } from '../catalog/footage';
import { LORAS, type Lora } from '../catalog/loras';
import { drawPicture, drawThumbnail, type Picture } from '../draw/picture';
import type { Person } from '../people';
import { idFor, randomFor } from '../random';
import { STORIES } from '../stories';
import type { Story } from '../stories/story';
import { makeProject } from './projects';
import { emptyWorld, type UserRow, type World } from './rows';
import { makeToday } from './today';
import { makeTroubles } from './troubles';

const DAY = 86_400;

function findStory(key: string): Story {
  const found = STORIES.find((story) => story.key === key);
  if (!found) throw new Error(`There is no story ${key}.`);
  return found;
}

/** A small picture for an avatar or a preview. */
function sketch(seed: string, more: Pick<Picture, 'tint' | 'place' | 'subject'>): Picture {
  return { seed, time: 'day', weather: 'clear', size: 0.7, aspect: '1:1', detail: 1, ...more };
}

function makeUser({ user, joinedDaysAgo, settings, onboarding, tint }: Person): UserRow {
  return {
    id: user.id,
    username: user.username,
    avatar_url: drawPicture(sketch(user.username, { tint, place: 'studio', subject: 'portrait' })),
    settings,
    onboarding,
    created_at: joinedDaysAgo * DAY,
  };
}

const slug = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

function makeResource(person: Person, lora: Lora, world: World): void {
  const random = randomFor(`resource/${lora.name}`);
  const story = STORIES.find((each) => each.lora?.name === lora.name);
  const [place, subject] = story?.shots[0]?.scenes[0]?.look ?? (['studio', 'portrait'] as const);
  const tint = story?.tint ?? { ...person.tint, accent: random.between(0, 359) };
  // Older than the project that uses it.
  const ago = (story ? story.days[0] + 1 : random.between(6, person.joinedDaysAgo - 1)) * DAY;
  world.resources.push({
    id: idFor('resource', lora.name),
    type: 'lora',
    url: `https://models.example/loras/${slug(lora.name)}.safetensors`,
    is_public: lora.shared,
    metadata: {
      name: lora.name,
      description: lora.description,
      base_model: lora.base,
      lora_type: lora.base,
      trigger_words: lora.triggers,
      recommended_strength: lora.strength,
      size_mb: random.between(38, 310),
      created_by: person.user.username,
      preview_url: drawThumbnail(sketch(`lora/${lora.name}`, { tint, place, subject })),
    },
    created_at: ago,
  });
}

function makeFootage(person: Person, world: World): void {
  for (const batch of FOOTAGE.filter((each) => each.owner === person.owner)) {
    const { tint, aspect } = findStory(batch.story);
    const batch_id = idFor('batch', batch.name);
    const since = (seconds: number) => ({ created_at: batch.daysAgo * DAY - seconds });
    const metadata = { purpose: batch.purpose, fps: batch.fps };
    world.batches.push({ id: batch_id, name: batch.name, metadata, ...since(0) });
    batch.videos.forEach((video, v) => {
      const id = idFor('video', `${batch.name}/${video.filename}`);
      const [place, subject] = video.look;
      const picture = { ...sketch(video.filename, { tint, place, subject }), aspect, size: 0.4 };
      world.videos.push({
        id,
        batch_id,
        filename: video.filename,
        url: drawPicture(picture, true),
        duration: video.seconds,
        metadata: {
          fps: batch.fps,
          width: 1920,
          height: 1080,
          size_bytes: Math.round(video.seconds * 1_184_300),
        },
        ...since(60 + v * 45),
      });
      video.segments.forEach(([start_time, end_time, description], s) =>
        world.segments.push({
          id: idFor('segment', `${id}/${start_time}`),
          video_id: id,
          start_time,
          end_time,
          description,
          metadata: { kept: s < 2 },
          ...since(1800 + v * 300 + s * 40),
        }),
      );
    });
  }
}

function makePayments(person: Person, world: World): void {
  for (const [i, payment] of person.payments.entries()) {
    const name = `${person.owner}/payment/${i}`;
    const card = payment.type === 'manual' ? null : `sample:${payment.type}:${idFor('payment', name)}`;
    world.ledger.push({
      id: idFor('ledger', name),
      user_id: person.user.id,
      amount: String(payment.amount),
      type: payment.type,
      task_id: null,
      idempotency_key: card,
      metadata: { note: payment.note, ...(card && { currency: 'usd', amount_usd: payment.amount }) },
      created_at: payment.daysAgo * DAY - i,
    });
  }
}

/** Everything one person owns. What things cost is not in it yet: see bookTasks. */
export function makeWorld(person: Person): World {
  const world = emptyWorld(makeUser(person));
  makePayments(person, world);
  for (const lora of LORAS) if (lora.owner === person.owner) makeResource(person, lora, world);
  makeFootage(person, world);
  for (const story of STORIES) {
    if (story.owner !== person.owner) continue;
    const project = makeProject(story, world);
    makeTroubles(project);
    makeToday(project);
  }
  return world;
}
