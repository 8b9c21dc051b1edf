import type { Story } from './story';

export const OTTER: Story = {
  key: 'otter',
  name: "Otter and the Moon Kite (children's book)",
  owner: 'alice',
  aspect: '4:3',
  tint: { sky: 228, land: 118, accent: 42, saturation: 58 },
  model: 'flux-dev',
  lora: { name: 'Gouache Picture Book', strength: 1 },
  style: 'gouache picture book illustration, soft paper grain, rounded shapes, gentle for ages 3 to 6',
  negative: 'photo, scary, sharp teeth, text, signature',
  days: [66, 12],
  shots: [
    {
      name: 'Spread 1 · The river bend',
      scenes: [
        {
          title: 'Otter wakes up',
          prompt: 'A small otter with a yellow scarf yawns on a mossy river bank, reeds and dragonflies',
          look: ['hills', 'otter', 'dawn', 'sun', 0.5],
          takes: 2,
          edits: [
            { prompt: 'Make the scarf red and a little longer', accent: 4 },
            {
              prompt: 'Same spread in the evening, fireflies instead of dragonflies',
              time: 'dusk',
              weather: 'stars',
              accent: 4,
            },
          ],
        },
        {
          title: 'Something in the reeds',
          prompt: 'The otter parts the reeds and finds a folded silver kite',
          look: ['forest', 'otter', 'day', 'clear', 0.46],
        },
        {
          title: 'Kite, cut-out',
          prompt: 'A silver diamond kite with a long ribbon tail, on a plain sky, for cutting out',
          look: ['hills', 'kite', 'day', 'clear', 0.44],
          takes: 1,
        },
      ],
    },
    {
      name: 'Spread 4 · Up it goes',
      travel: {
        motion: 'The kite climbs, its ribbon draws a slow curl, grass bends in the wind',
        segments: 3,
      },
      again: 1,
      scenes: [
        {
          title: 'Running start',
          prompt: 'The otter runs along a hill top, the kite just leaving the ground behind him',
          look: ['hills', 'otter', 'day', 'clear', 0.4],
        },
        {
          title: 'Kite over the valley',
          prompt: 'The silver kite high over a patchwork valley, tiny river far below',
          look: ['hills', 'kite', 'day', 'sun', 0.5],
          takes: 1,
        },
        {
          title: 'Fox looks up',
          prompt: 'A young fox in the meadow looks up in wonder, daisies around her',
          look: ['hills', 'fox', 'day', 'clear', 0.44],
        },
        {
          title: 'First star',
          prompt: 'Evening over the hills, the kite next to the first star, warm windows in the distance',
          look: ['hills', 'kite', 'dusk', 'stars', 0.4],
        },
      ],
    },
    {
      name: 'Spread 7 · The moon lets go',
      scenes: [
        {
          title: 'Moon and kite',
          prompt: 'The full moon holds the kite string like a friend, deep blue night, quiet hills',
          look: ['hills', 'kite', 'night', 'moon', 0.42],
          takes: 2,
          fan: true,
          edits: [
            { prompt: 'Snow on the hills, winter version for the endpapers', weather: 'snow' },
            { prompt: 'Try it in violet instead of blue', accent: 290 },
          ],
        },
        {
          title: 'Otter asleep',
          prompt: 'The otter sleeps curled up under the kite, moonlight on the river',
          look: ['hills', 'otter', 'night', 'moon', 0.4],
        },
        {
          title: 'Lantern boat',
          prompt: 'A paper lantern floats down the river past sleeping reeds',
          look: ['hills', 'lantern', 'night', 'stars', 0.3],
        },
      ],
    },
    {
      name: 'Cover',
      scenes: [
        {
          title: 'Cover, otter centred',
          prompt:
            'Cover illustration: the otter holds the kite string with both paws, big moon behind him, room for a title',
          look: ['hills', 'otter', 'night', 'moon', 0.6],
          takes: 2,
        },
        {
          title: "Mira's pencil sketch",
          prompt: '',
          look: ['studio', 'otter', 'day', 'clear', 0.6],
          uploaded: true,
        },
      ],
    },
  ],
};
