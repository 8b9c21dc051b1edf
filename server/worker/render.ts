import { BACKDROPS, type Place } from '../sample/draw/backdrops';
import { drawPicture } from '../sample/draw/picture';
import { SUBJECTS, type Subject } from '../sample/draw/subjects';
import { randomFor } from '../sample/random';
import { encodePng, type Color } from './png';
import type { ClaimedTask } from './queue';

export interface Output {
  location: string;
  thumbnailUrl: string;
}

const LONG_SIDE = 128;

/** Width to height, of "16:9"; nonsense is taken for that. */
function ratioOf(aspect: unknown): number {
  const text = typeof aspect === 'string' ? aspect : '';
  const [, width, height] = /^(\d{1,3}):(\d{1,3})$/.exec(text) ?? [];
  const ratio = Number(width) / Number(height);
  return ratio >= 0.2 && ratio <= 5 ? ratio : 16 / 9;
}

/** A sky over hills, in colours that follow from the task: another attempt makes the same picture. */
function paint(name: string, ratio: number, longSide: number): string {
  const random = randomFor(name);
  const color = (): Color => [random.between(40, 255), random.between(40, 255), random.between(40, 255)];
  const [above, below, land] = [color(), color(), color()];
  const [waves, swing, horizon] = [random.between(1, 4), random.next() * 0.2, 0.5 + random.next() * 0.3];
  const width = Math.round(ratio >= 1 ? longSide : longSide * ratio);
  const height = Math.round(ratio >= 1 ? longSide / ratio : longSide);
  const png = encodePng(width, height, (x, y) => {
    const hill = horizon + Math.sin((x / width) * Math.PI * waves) * swing;
    const down = y / height;
    if (down > hill) return land;
    return [0, 1, 2].map((i) => Math.round(above[i]! + (below[i]! - above[i]!) * down)) as unknown as Color;
  });
  return `data:image/png;base64,${png.toString('base64')}`;
}

/**
 * What a model would make of the task. An image is a PNG; a video is a moving SVG, the smallest thing that
 * browsers play without a codec. Both as `data:` URLs, whose content goes into storage.
 */
export function render(task: ClaimedTask): Output {
  const params = (task.params ?? {}) as Record<string, unknown>;
  const ratio = ratioOf(params.aspect_ratio);
  const thumbnailUrl = paint(task.id, ratio, LONG_SIDE / 4);
  if (task.type?.contentType !== 'VIDEO') return { location: paint(task.id, ratio, LONG_SIDE), thumbnailUrl };
  const random = randomFor(task.id);
  const location = drawPicture(
    {
      seed: task.id,
      place: random.pick(Object.keys(BACKDROPS) as Place[]),
      subject: random.pick(Object.keys(SUBJECTS) as Subject[]),
      time: random.pick(['dawn', 'day', 'dusk', 'night']),
      weather: random.pick(['clear', 'rain', 'snow', 'sun', 'moon']),
      size: 0.45,
      tint: {
        sky: random.between(0, 359),
        land: random.between(0, 359),
        accent: random.between(0, 359),
        saturation: 60,
      },
      aspect: typeof params.aspect_ratio === 'string' ? params.aspect_ratio : '16:9',
      detail: 1,
    },
    true,
  );
  return { location, thumbnailUrl };
}
