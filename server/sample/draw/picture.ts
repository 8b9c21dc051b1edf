import { BACKDROPS, GROUND, type Place } from './backdrops';
import { openCanvas, pulse, strewDots, swayBy, toDataUrl, type Canvas, type Detail } from './canvas';
import { mixPalette, type TimeOfDay, type Tint } from './color';
import { SUBJECTS, type Subject } from './subjects';

export type Weather = 'clear' | 'rain' | 'snow' | 'stars' | 'fog' | 'sun' | 'moon';

/** What a picture shows. Two pictures with the same seed have the same composition: they are related. */
export interface Picture {
  seed: string;
  place: Place;
  subject: Subject;
  time: TimeOfDay;
  weather: Weather;
  /** Height of the subject as a share of the picture's. */
  size: number;
  tint: Tint;
  aspect: string;
  detail: Detail;
  /** Seen from elsewhere: what "reposition" does. */
  shifted?: boolean;
}

function drawSky(canvas: Canvas, weather: Weather): string {
  const { width, height, palette } = canvas;
  const sky =
    `<linearGradient id='s' x2='0' y2='1'><stop stop-color='${palette.skyTop}'/><stop offset='.8' stop-color='${palette.skyBottom}'/></linearGradient>` +
    `<path d='M0 0H${width}V${height}H0z' fill='url(#s)'/>`;
  if (weather !== 'sun' && weather !== 'moon') return sky;
  const random = canvas.random('disc');
  const x = random.between(Math.round(width * 0.15), Math.round(width * 0.85));
  const y = random.between(Math.round(height * 0.16), Math.round(height * 0.4));
  const radius = Math.round(Math.min(width, height) * (weather === 'sun' ? 0.12 : 0.09));
  const halo =
    canvas.detail > 0
      ? `<circle cx='${x}' cy='${y}' r='${radius * 2}' fill='${palette.light}' opacity='.22'>${pulse(canvas, 'r', `${radius * 2};${radius * 2.5};${radius * 2}`, 5)}</circle>`
      : '';
  return `${sky}${halo}<circle cx='${x}' cy='${y}' r='${radius}' fill='${palette.light}'/>`;
}

function drawWeather(canvas: Canvas, weather: Weather): string {
  const { width, height, detail } = canvas;
  const dots = (count: number, to: number, stroke: number, motion: string) =>
    `<path d='${strewDots(canvas, weather, count, 4, Math.round(to))}' stroke='#fff' stroke-opacity='.8' stroke-width='${stroke}' stroke-linecap='round'>${motion}</path>`;
  switch (weather) {
    case 'stars':
      return dots(10 + detail * 14, height * 0.5, 1.5, pulse(canvas, 'stroke-opacity', '.9;.3;.9', 3));
    case 'snow':
      return detail === 0 ? '' : dots(12 + detail * 14, height, 3, swayBy(canvas, 6, 24, 4));
    case 'rain':
      return detail === 0
        ? ''
        : `<path d='${strewDots(canvas, weather, 10 + detail * 12, 0, height).replaceAll('h0', 'l-4 13')}' stroke='#fff' stroke-opacity='.45'>${swayBy(canvas, -8, 26, 1)}</path>`;
    case 'fog':
      return `<path d='M-40 ${Math.round(height * 0.56)}h${width + 80}v16h-${width + 80}zM-40 ${Math.round(height * 0.74)}h${width + 80}v22h-${width + 80}z' fill='#fff' opacity='.22'>${swayBy(canvas, 24, 0, 9)}</path>`;
    default:
      return '';
  }
}

function drawSubject(canvas: Canvas, picture: Picture): string {
  const random = canvas.random('stand');
  const x = Math.round(canvas.width * (0.4 + random.next() * 0.2));
  const floats = picture.place === 'space' || picture.subject === 'kite';
  const stand = GROUND[picture.place] + (floats ? picture.size * 0.18 : 0.05);
  // A close-up is cut off below, never at the head.
  const ground = Math.round(canvas.height * Math.max(stand, picture.size * 1.1 + 0.03));
  const scale = ((canvas.height * picture.size) / 100).toFixed(2);
  const lamp = pulse(canvas, 'opacity', '.15;.5;.15', 2);
  const drawn = SUBJECTS[picture.subject](canvas.palette, canvas.detail).replace(
    /( class='lamp')\/>/g,
    lamp ? `>${lamp}</path>` : '/>',
  );
  // A disc that glows ends in its own tag, not in a path's.
  const closed = drawn.replace(/(<circle[^>]*>)(<animate[^>]*\/>)<\/path>/g, '$1$2</circle>');
  const restless =
    floats || picture.subject === 'boat' || picture.subject === 'bus' || picture.subject === 'truck';
  return `<g transform='translate(${x} ${ground}) scale(${scale})'><g>${closed}${restless ? swayBy(canvas, 6, -5, 3) : ''}</g></g>`;
}

/** Draws a picture, still or moving, as a `data:` URL. */
export function drawPicture(picture: Picture, moving = false): string {
  const palette = mixPalette(picture.tint, picture.time);
  const canvas = openCanvas(picture.aspect, picture.seed, palette, picture.detail, moving);
  const scene =
    drawSky(canvas, picture.weather) +
    BACKDROPS[picture.place](canvas) +
    drawSubject(canvas, picture) +
    drawWeather(canvas, picture.weather);
  if (!picture.shifted) return toDataUrl(canvas, scene);
  const { width, height } = canvas;
  return toDataUrl(
    canvas,
    `<g transform='translate(${Math.round(-width * 0.24)} ${Math.round(-height * 0.16)}) scale(1.3)'>${scene}</g>`,
  );
}

/** A still of the same composition with less in it. */
export function drawThumbnail(picture: Picture): string {
  return drawPicture({ ...picture, detail: 0 });
}
