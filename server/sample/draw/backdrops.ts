import { drawRidge, pulse, strewDots, swayBy, type Canvas } from './canvas';

/** What stands behind the subject. Each brush draws everything below the sky. */
export type Place = 'sea' | 'hills' | 'city' | 'studio' | 'desert' | 'forest' | 'space' | 'room';

/** How far down the ground begins, as a share of the height: where subjects stand. */
export const GROUND: Record<Place, number> = {
  sea: 0.7,
  hills: 0.78,
  city: 0.86,
  studio: 0.82,
  desert: 0.8,
  forest: 0.84,
  space: 0.62,
  room: 0.84,
};

/** Ridges one behind the other; each nearer one pans further. */
function drawRidges(canvas: Canvas, from: number, to: number, swing: number): string {
  const layers = 2 + canvas.detail;
  const { height, palette } = canvas;
  return Array.from({ length: layers }, (_, i) => {
    const depth = layers === 1 ? 1 : i / (layers - 1);
    const y = height * (from + (to - from) * depth);
    const ridge = drawRidge(
      canvas,
      `ridge${Math.round(depth * 12)}`,
      y,
      swing * (1 - depth / 2),
      5,
      palette.land(depth * 0.85),
    );
    return canvas.moving ? `<g>${ridge}${swayBy(canvas, -8 - 12 * depth, 0, 8)}</g>` : ridge;
  }).join('');
}

function drawSea(canvas: Canvas): string {
  const { width, height, palette } = canvas;
  const horizon = Math.round(height * 0.62);
  const random = canvas.random('waves');
  let glints = '';
  for (let i = 0; i < 6 + canvas.detail * 8; i++) {
    glints += `M${random.between(0, width)} ${random.between(horizon + 4, height - 4)}h${random.between(6, 22)}`;
  }
  return (
    `<path d='M0 ${horizon}H${width}V${height}H0z' fill='${palette.land(0.35)}'/>` +
    `<path d='${glints}' stroke='${palette.light}' stroke-opacity='.35'>${swayBy(canvas, 14, 2, 5)}</path>` +
    drawRidge(canvas, 'shore', height * 0.8, height * 0.09, 4, palette.land(0.95))
  );
}

function drawCity(canvas: Canvas): string {
  const { width, height, palette } = canvas;
  const street = Math.round(height * 0.86);
  const random = canvas.random('blocks');
  let far = `M-20 ${street}`;
  for (let x = -20; x < width + 20; x += 22) far += `V${Math.round(height * (0.3 + random.next() * 0.3))}h22`;
  let near = `M-20 ${street}`;
  let windows = '';
  for (let x = -20; x < width + 20;) {
    const breadth = random.between(24, 44);
    const roof = Math.round(height * (0.45 + random.next() * 0.25));
    near += `V${roof}h${breadth}`;
    for (let row = 0; row < 1 + canvas.detail; row++) {
      windows += `M${x + 6} ${roof + 10 + row * 14}h${breadth - 12}`;
    }
    x += breadth;
  }
  return (
    `<path d='${far}V${street}z' fill='${palette.land(0.35)}'/><path d='${near}V${street}z' fill='${palette.land(0.75)}'/>` +
    `<path d='${windows}' stroke='${palette.accent}' stroke-width='4' stroke-dasharray='3 5'>${pulse(canvas, 'stroke-opacity', '1;.4;1', 3)}</path>` +
    `<path d='M0 ${street}H${width}V${height}H0z' fill='${palette.ink}'/>`
  );
}

function drawStudio(canvas: Canvas): string {
  const { width, height, palette } = canvas;
  const floor = Math.round(height * 0.74);
  const spot = `<ellipse cx='${width / 2}' cy='${Math.round(height * 0.42)}' rx='${Math.round(width * 0.42)}' ry='${Math.round(height * 0.36)}' fill='${palette.light}' opacity='.35'>${pulse(canvas, 'opacity', '.2;.5;.2', 6)}</ellipse>`;
  return `${spot}<path d='M0 ${floor}Q${width / 2} ${floor - 10} ${width} ${floor}V${height}H0z' fill='${palette.land(0.25)}'/>`;
}

function drawDesert(canvas: Canvas): string {
  const { width, height, palette } = canvas;
  const random = canvas.random('mesas');
  const flat = Math.round(height * 0.66);
  let mesas = '';
  for (let i = 0; i < 2 + canvas.detail; i++) {
    const x = random.between(-20, width - 40);
    const breadth = random.between(40, 90);
    const top = random.between(Math.round(height * 0.38), Math.round(height * 0.54));
    mesas += `M${x} ${flat}l12 ${top - flat}h${breadth}l14 ${flat - top}z`;
  }
  const middle = Math.round(width * 0.46);
  return (
    `<path d='${mesas}' fill='${palette.land(0.4)}'>${swayBy(canvas, -14, 0, 9)}</path>` +
    drawRidge(canvas, 'sand', flat - 3, 2, 4, palette.land(0.6)) +
    `<path d='M${middle} ${flat}h6L${Math.round(width * 0.8)} ${height}H${Math.round(width * 0.3)}z' fill='${palette.ink}' opacity='.75'/>`
  );
}

function drawForest(canvas: Canvas): string {
  const { width, height, palette } = canvas;
  const row = (part: string, foot: number, tallness: number, fill: string, reach: number) => {
    const random = canvas.random(part);
    let path = '';
    for (let x = -24; x < width + 24;) {
      const half = random.between(9, 17);
      const top = Math.round(foot - tallness * (0.7 + random.next() * 0.5));
      path += `M${x} ${foot}l${half} ${top - foot}l${half} ${foot - top}z`;
      x += random.between(half + 4, half * 2 + 6);
    }
    return `<path d='${path}' fill='${fill}'>${swayBy(canvas, -reach, 0, 8)}</path>`;
  };
  const foot = Math.round(height * 0.82);
  return (
    row('far', foot + 6, height * 0.5, palette.land(0.25), 6) +
    (canvas.detail > 0 ? row('near', foot + 6, height * 0.36, palette.land(0.6), 12) : '') +
    drawRidge(canvas, 'moss', foot, 6, 4, palette.land(0.95))
  );
}

function drawSpace(canvas: Canvas): string {
  const { width, height, palette } = canvas;
  const stars = strewDots(canvas, 'stars', 18 + canvas.detail * 16, 4, height - 4);
  return (
    `<ellipse cx='${width * 0.3}' cy='${height * 0.7}' rx='${width * 0.6}' ry='${height * 0.22}' fill='${palette.accent}' opacity='.16' transform='rotate(-24 ${width / 2} ${height / 2})'/>` +
    `<path d='${stars}' stroke='#fff' stroke-width='1.6' stroke-linecap='round'>${pulse(canvas, 'stroke-opacity', '1;.5;1', 4)}</path>`
  );
}

function drawRoom(canvas: Canvas): string {
  const { width, height, palette } = canvas;
  const floor = Math.round(height * 0.8);
  const random = canvas.random('window');
  const x = random.between(Math.round(width * 0.52), Math.round(width * 0.64));
  const y = Math.round(height * 0.16);
  const breadth = Math.round(width * 0.24);
  const tallness = Math.round(height * 0.4);
  return (
    `<path d='M0 0H${width}V${height}H0zM${x} ${y}v${tallness}h${breadth}v-${tallness}z' fill='${palette.land(0.7)}'/>` +
    `<path d='M${x + breadth / 2} ${y}v${tallness}M${x} ${y + tallness / 2}h${breadth}' stroke='${palette.ink}' stroke-width='3'/>` +
    `<path d='M${x} ${y + tallness}h${breadth}L${x - 10} ${height}h-${breadth + 30}z' fill='${palette.light}' opacity='.16'>${pulse(canvas, 'opacity', '.16;.3;.16', 5)}</path>` +
    `<path d='M0 ${floor}H${width}V${height}H0z' fill='${palette.ink}' opacity='.6'/>`
  );
}

export const BACKDROPS: Record<Place, (canvas: Canvas) => string> = {
  sea: drawSea,
  hills: (canvas) => drawRidges(canvas, 0.52, 0.8, canvas.height * 0.16),
  city: drawCity,
  studio: drawStudio,
  desert: drawDesert,
  forest: drawForest,
  space: drawSpace,
  room: drawRoom,
};
