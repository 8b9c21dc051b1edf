import type { Story } from './story';

export const LOOKBOOK: Story = {
  key: 'lookbook',
  name: 'Harrow & Pine AW look-book',
  owner: 'bob',
  aspect: '3:4',
  tint: { sky: 34, land: 96, accent: 14, saturation: 40 },
  model: 'flux-dev',
  lora: { name: 'Quiet Editorial', strength: 0.75 },
  style: 'editorial fashion photography, medium format, overcast light, natural posture',
  negative: 'plastic skin, logo, distorted hands, text',
  days: [33, 2],
  shots: [
    {
      name: 'Look 1–3 · Wool coats',
      again: 2,
      scenes: [
        {
          title: 'Look 1, russet coat',
          prompt: 'Full-length model in a russet wool coat and felt hat, seamless warm backdrop',
          look: ['studio', 'coat', 'day', 'clear', 0.72],
          takes: 2,
          fan: true,
          edits: [
            { prompt: 'Same coat in bottle green', accent: 150 },
            { prompt: 'Same coat in navy', accent: 222 },
            { prompt: 'Same coat in ochre, hat off-white', accent: 40 },
            { prompt: 'Same coat in plum', accent: 310 },
          ],
        },
        {
          title: 'Look 2, moor',
          prompt: 'Model in the long coat walks across a moor, low clouds, dry grass',
          look: ['hills', 'coat', 'day', 'fog', 0.54],
          takes: 1,
        },
        {
          title: 'Look 3, pine wood',
          prompt: 'Model stands between dark pines, coat collar up, first frost',
          look: ['forest', 'coat', 'dawn', 'snow', 0.56],
          takes: 1,
        },
      ],
    },
    {
      name: 'Look 4–6 · Knit dresses',
      travel: { motion: 'She turns slowly, the dress swings, clouds drift', segments: 3 },
      scenes: [
        {
          title: 'Look 4, studio',
          prompt: 'Ribbed knit dress in terracotta, model half turned, soft shadow on the wall',
          look: ['studio', 'dress', 'day', 'clear', 0.7],
          takes: 1,
        },
        {
          title: 'Look 5, harbour wall',
          prompt: 'Knit dress with open collar on a harbour wall, grey sea behind, wind',
          look: ['sea', 'dress', 'day', 'clear', 0.6],
        },
        {
          title: 'Look 6, golden field',
          prompt: 'Model in the long knit dress in a stubble field at sunset, backlit',
          look: ['hills', 'dress', 'dusk', 'sun', 0.58],
          takes: 1,
        },
        {
          title: 'Look 6, three-quarter',
          prompt:
            'Three-quarter length against the evening backdrop, weight on one leg, rib knit in raking light',
          look: ['studio', 'dress', 'dusk', 'clear', 1.05],
        },
      ],
    },
    {
      name: 'Faces',
      scenes: [
        {
          title: 'Ines',
          prompt: 'Beauty portrait, freckles, hair pinned back, rust coloured turtleneck',
          look: ['studio', 'portrait', 'day', 'clear', 0.78],
          takes: 2,
        },
        {
          title: 'Ines at the window',
          prompt: 'Portrait by a tall window, late afternoon, looking out of frame',
          look: ['room', 'portrait', 'dusk', 'clear', 0.66],
          edits: [{ prompt: 'Warmer, as if the fire was lit', accent: 30, time: 'dusk' }],
        },
        {
          title: 'Casting polaroid',
          prompt: '',
          look: ['studio', 'portrait', 'dawn', 'clear', 0.7],
          uploaded: true,
        },
      ],
    },
  ],
};
