import type { Story } from './story';

export const PLANETS: Story = {
  key: 'planets',
  name: 'Tiny Planets (visuals for the tour)',
  owner: 'carol',
  aspect: '1:1',
  tint: { sky: 244, land: 276, accent: 172, saturation: 66 },
  model: 'wan-2.2',
  lora: { name: 'Claymation Worlds', strength: 0.85 },
  style: 'clay miniature, macro lens, seamless loop, deep background',
  negative: 'flag, text, humans, realistic photo',
  days: [13, 1],
  shots: [
    {
      name: 'Loop A — mint world',
      travel: { motion: 'The planet turns once, stars drift, perfect loop', segments: 3 },
      scenes: [
        {
          title: 'Mint world',
          prompt: 'A small mint clay planet with soft bands, three moons, floating in violet space',
          look: ['space', 'planet', 'night', 'clear', 0.5],
          takes: 2,
          fan: true,
          edits: [
            { prompt: 'Make it peach', accent: 20 },
            { prompt: 'Make it lemon', accent: 54 },
            { prompt: 'Make it sky blue', accent: 205 },
          ],
        },
        {
          title: 'Ringed world',
          prompt: 'A clay planet with a thin tilted ring, two tiny moons',
          look: ['space', 'ringed', 'night', 'clear', 0.5],
          takes: 1,
        },
        {
          title: 'Two moons rising',
          prompt: 'Surface of the mint world, a ringed planet rises behind clay hills',
          look: ['hills', 'ringed', 'night', 'stars', 0.36],
        },
        {
          title: 'Dawn side',
          prompt: 'The planet from its dawn side, a bright rim, warm dust',
          look: ['space', 'planet', 'dawn', 'clear', 0.7],
        },
      ],
    },
    {
      name: 'Loop B — the visitor',
      scenes: [
        {
          title: 'Visitor',
          prompt: 'A round clay astronaut floats upside down and waves, reflection in the visor',
          look: ['space', 'astronaut', 'night', 'clear', 0.56],
          takes: 2,
        },
        {
          title: 'Visitor on the hill',
          prompt: 'The clay astronaut stands on a little hill and looks up at the ring',
          look: ['hills', 'astronaut', 'dusk', 'stars', 0.46],
          takes: 1,
        },
        {
          title: 'Tea in orbit',
          prompt: 'A clay mug of tea floats past a window of the capsule, steam in little balls',
          look: ['space', 'mug', 'night', 'clear', 0.4],
          edits: [{ prompt: 'Make the mug coral', accent: 10 }],
        },
      ],
    },
  ],
};
