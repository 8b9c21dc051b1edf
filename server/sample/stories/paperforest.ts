import type { Story } from './story';

export const PAPERFOREST: Story = {
  key: 'paperforest',
  name: 'Paper Forest — title sequence',
  owner: 'carol',
  aspect: '16:9',
  tint: { sky: 168, land: 152, accent: 38, saturation: 44 },
  model: 'qwen-image',
  lora: { name: 'Layered Papercut', strength: 1 },
  style: 'layered papercut diorama, cut edges, soft shadows between the sheets, tabletop light',
  negative: 'photo realism, text, glossy',
  days: [29, 3],
  shots: [
    {
      name: 'Into the woods',
      again: 0,
      travel: { motion: 'Camera pushes through the paper layers, each tree slides past', segments: 4 },
      scenes: [
        {
          title: 'Edge of the forest',
          prompt: 'Edge of a paper forest, pale green sheets one behind the other, morning light',
          look: ['forest', 'deer', 'dawn', 'sun', 0.36],
          takes: 2,
          edits: [
            { prompt: 'Change the season: first snow', weather: 'snow', time: 'day' },
            { prompt: 'Same, at night with a paper moon', weather: 'moon', time: 'night' },
          ],
        },
        {
          title: 'The deer lifts its head',
          prompt: 'A paper deer lifts its head between the trunks, ears turned to us',
          look: ['forest', 'deer', 'day', 'fog', 0.5],
          takes: 1,
        },
        {
          title: 'Fox crossing',
          prompt: 'An orange paper fox crosses the clearing, tail like a flame',
          look: ['forest', 'fox', 'day', 'clear', 0.4],
        },
        {
          title: 'Lantern tree',
          prompt: 'A lantern hangs in the middle of the forest, warm light through cut leaves',
          look: ['forest', 'lantern', 'night', 'stars', 0.36],
          takes: 1,
        },
        {
          title: 'The house',
          prompt: 'A tiny paper house at the end of the path, windows lit',
          look: ['forest', 'cottage', 'dusk', 'snow', 0.36],
        },
      ],
    },
    {
      name: 'Credits background',
      scenes: [
        {
          title: 'Hills of paper',
          prompt: 'Rolling hills made from torn paper, calm, lots of room for names',
          look: ['hills', 'deer', 'dusk', 'clear', 0.2],
          takes: 1,
        },
        {
          title: 'Paper sea',
          prompt: 'Waves from blue tissue paper, a folded boat',
          look: ['sea', 'boat', 'dawn', 'moon', 0.4],
        },
        {
          title: 'Texture scan, kraft paper',
          prompt: '',
          look: ['studio', 'lantern', 'day', 'clear', 0.4],
          uploaded: true,
        },
      ],
    },
  ],
};
