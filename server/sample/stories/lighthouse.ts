import type { Story } from './story';

export const LIGHTHOUSE: Story = {
  key: 'lighthouse',
  name: "The Keeper's Light — short film",
  owner: 'alice',
  aspect: '16:9',
  tint: { sky: 212, land: 205, accent: 22, saturation: 62 },
  model: 'qwen-image',
  lora: { name: 'Salt & Silver 35mm', strength: 0.8 },
  style: '35mm film still, muted sea colours, natural light, fine grain',
  negative: 'text, watermark, extra limbs, oversaturated, modern clothing',
  days: [41, 1],
  shots: [
    {
      name: '01 — The island at first light',
      again: 0,
      travel: {
        motion: 'Slow aerial drift towards the lighthouse, waves rolling in, gulls crossing',
        segments: 4,
      },
      scenes: [
        {
          title: 'Island, wide',
          prompt: 'A lone lighthouse on a rocky island at first light, long swell, seen from a fishing boat',
          look: ['sea', 'lighthouse', 'dawn', 'sun', 0.46],
          takes: 2,
          edits: [
            { prompt: 'Make it dusk, lamp already lit', time: 'dusk' },
            { prompt: 'Bring fog in from the left, keep the tower readable', time: 'dusk', weather: 'fog' },
            { prompt: 'Night now, the beam is the only light', time: 'night', weather: 'fog' },
            { prompt: 'Clear the fog, fill the sky with stars', time: 'night', weather: 'stars' },
            { prompt: 'Repaint the red bands in sea green', time: 'night', weather: 'stars', accent: 150 },
            {
              prompt: 'Let the storm arrive: heavy rain from the right',
              time: 'night',
              weather: 'rain',
              accent: 150,
            },
            { prompt: 'Morning after: pale sky, wet rocks', time: 'dawn', weather: 'clear', accent: 150 },
          ],
        },
        {
          title: 'Tower from the landing',
          prompt: 'Looking up the white tower from the boat landing, wet steps, rope coils',
          look: ['sea', 'lighthouse', 'day', 'clear', 0.62],
          takes: 1,
        },
        {
          title: 'Supply boat',
          prompt: 'A small sailing boat heads for the island with the monthly supplies, choppy water',
          look: ['sea', 'boat', 'dawn', 'clear', 0.4],
        },
        {
          title: 'Cottage behind the tower',
          prompt: "The keeper's whitewashed cottage in the lee of the tower, smoke from the chimney",
          look: ['hills', 'cottage', 'day', 'clear', 0.4],
        },
      ],
    },
    {
      name: '02 — Edvard',
      scenes: [
        {
          title: 'Edvard, close',
          prompt:
            'Portrait of an old lighthouse keeper, weathered face, wool cap, window light from the right',
          look: ['room', 'keeper', 'day', 'clear', 1.25],
          takes: 2,
          fan: true,
          edits: [
            { prompt: 'Same man thirty years younger, no beard', time: 'dawn' },
            { prompt: 'Lit only by an oil lamp', time: 'night' },
            { prompt: 'Give him a mustard oilskin coat', accent: 46, time: 'day' },
          ],
        },
        {
          title: 'At the logbook',
          prompt: 'The keeper writes in his logbook at a small table, rain on the window',
          look: ['room', 'keeper', 'dusk', 'rain', 0.66],
          takes: 1,
        },
        {
          title: 'Lantern on the stairs',
          prompt: 'A brass lantern left on the spiral stairs, warm glow on curved brick',
          look: ['room', 'lantern', 'night', 'clear', 0.42],
        },
      ],
    },
    {
      name: '03 — The storm',
      travel: { motion: 'Handheld, the boat rises and falls, rain lashes across the lens', segments: 6 },
      scenes: [
        {
          title: 'Wall of weather',
          prompt: 'A wall of black cloud behind the lighthouse, the sea turning green before a storm',
          look: ['sea', 'lighthouse', 'dusk', 'rain', 0.4],
          takes: 1,
        },
        {
          title: 'Boat in trouble',
          prompt: 'The supply boat heels over in breaking waves at night, torn sail',
          look: ['sea', 'boat', 'night', 'rain', 0.5],
          takes: 1,
        },
        {
          title: 'Edvard on the gallery',
          prompt: 'The keeper leans over the gallery rail with a lantern, rain streaming sideways',
          look: ['sea', 'keeper', 'night', 'rain', 0.6],
        },
        {
          title: 'Beam through rain',
          prompt: 'Close view of the lamp room, the beam cuts solid through the rain',
          look: ['sea', 'lighthouse', 'night', 'rain', 0.8],
        },
      ],
    },
    {
      name: '04 — The lamp goes out',
      scenes: [
        {
          title: 'Last turn of the lamp',
          prompt: 'The lamp turns for the last time against a clear starry sky, long exposure',
          look: ['sea', 'lighthouse', 'night', 'stars', 0.5],
        },
        {
          title: 'Last match',
          prompt: 'Weathered hands shelter the last match next to the burner, extreme close-up',
          look: ['room', 'lantern', 'night', 'clear', 0.6],
          takes: 1,
        },
      ],
    },
    {
      name: '05 — Morning after',
      scenes: [
        {
          title: 'Calm',
          prompt: 'Glassy sea after the storm, driftwood on the shore, the lighthouse small in the distance',
          look: ['sea', 'lighthouse', 'dawn', 'sun', 0.3],
        },
        {
          title: 'Location photo, Hallig pier',
          prompt: '',
          look: ['sea', 'cottage', 'day', 'clear', 0.34],
          uploaded: true,
        },
      ],
    },
  ],
};
