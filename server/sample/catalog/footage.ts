import type { Place } from '../draw/backdrops';
import type { Subject } from '../draw/subjects';

/** A collection of training videos. Segments are [first frame, frame after the last, what is seen]. */
export interface Footage {
  owner: 'alice' | 'bob' | 'carol';
  story: string;
  name: string;
  purpose: string;
  daysAgo: number;
  fps: number;
  videos: {
    filename: string;
    seconds: number;
    look: [Place, Subject];
    segments: [number, number, string][];
  }[];
}

export const FOOTAGE: readonly Footage[] = [
  {
    owner: 'alice',
    story: 'lighthouse',
    name: 'Hallig pier, storm swell',
    purpose: 'Motion LoRA "Storm Swell Motion"',
    daysAgo: 38,
    fps: 24,
    videos: [
      {
        filename: 'pier_north_0412.mp4',
        seconds: 31.5,
        look: ['sea', 'lighthouse'],
        segments: [
          [0, 121, 'long swell, waves break left to right against the pier'],
          [150, 271, 'one high wave, spray reaches the lens'],
          [400, 521, 'backwash, foam streaks, horizon steady'],
        ],
      },
      {
        filename: 'pier_north_0413.mp4',
        seconds: 22.04,
        look: ['sea', 'boat'],
        segments: [
          [24, 145, 'moored boat rises and falls, ropes tighten'],
          [260, 381, 'boat turns into the wind'],
        ],
      },
      {
        filename: 'tower_rain_0416.mp4',
        seconds: 18.2,
        look: ['sea', 'lighthouse'],
        segments: [
          [0, 97, 'rain in front of the tower, strong wind from the right'],
          [120, 241, 'rain eases, clouds open behind the tower'],
        ],
      },
    ],
  },
  {
    owner: 'alice',
    story: 'otter',
    name: 'Otter reference, wildlife park',
    purpose: 'How otters really run and yawn',
    daysAgo: 60,
    fps: 30,
    videos: [
      {
        filename: 'otter_run_02.mov',
        seconds: 14.4,
        look: ['hills', 'otter'],
        segments: [
          [0, 81, 'otter runs along the bank, side view'],
          [200, 281, 'otter stops, stands up, looks around'],
        ],
      },
      {
        filename: 'otter_sleepy_01.mov',
        seconds: 40,
        look: ['forest', 'otter'],
        segments: [[310, 391, 'otter yawns twice and curls up']],
      },
    ],
  },
  {
    owner: 'bob',
    story: 'kettle',
    name: 'Turntable passes',
    purpose: 'Motion LoRA "Turntable"',
    daysAgo: 17,
    fps: 25,
    videos: [
      {
        filename: 'kettle_90deg_a.mp4',
        seconds: 8,
        look: ['studio', 'kettle'],
        segments: [
          [0, 81, 'quarter turn clockwise, key light from the left'],
          [100, 181, 'quarter turn back'],
        ],
      },
      {
        filename: 'mug_90deg_b.mp4',
        seconds: 8,
        look: ['studio', 'mug'],
        segments: [[12, 93, 'quarter turn clockwise, handle passes in front']],
      },
      {
        filename: 'bottle_90deg_a.mp4',
        seconds: 9.6,
        look: ['studio', 'bottle'],
        segments: [
          [0, 81, 'quarter turn, label comes into view'],
          [110, 191, 'quarter turn with backlight only'],
        ],
      },
    ],
  },
  {
    owner: 'bob',
    story: 'dustroads',
    name: 'Route plates, June',
    purpose: 'Heat haze and dust for "Heat Haze"',
    daysAgo: 49,
    fps: 24,
    videos: [
      {
        filename: 'km041_longlens.mp4',
        seconds: 55.1,
        look: ['desert', 'truck'],
        segments: [
          [48, 169, 'pickup approaches through shimmering air'],
          [600, 721, 'dust trail settles, road empty'],
          [1100, 1221, 'pickup leaves frame right'],
        ],
      },
      {
        filename: 'km063_static.mp4',
        seconds: 20,
        look: ['desert', 'cactus'],
        segments: [[0, 121, 'static frame, only the air moves']],
      },
    ],
  },
  {
    owner: 'carol',
    story: 'paperforest',
    name: 'Animation on twos, desk tests',
    purpose: 'Motion LoRA "On Twos"',
    daysAgo: 26,
    fps: 12,
    videos: [
      {
        filename: 'fox_walk_twos.mp4',
        seconds: 6.5,
        look: ['forest', 'fox'],
        segments: [
          [0, 37, 'paper fox walks in from the left, tail swings'],
          [40, 77, 'fox stops and looks at the camera'],
        ],
      },
      {
        filename: 'deer_head_twos.mp4',
        seconds: 5,
        look: ['forest', 'deer'],
        segments: [[6, 55, 'deer lifts its head, one ear turns']],
      },
      {
        filename: 'lantern_flicker.mp4',
        seconds: 10,
        look: ['forest', 'lantern'],
        segments: [
          [0, 49, 'lantern flickers, shadows move on the trunks'],
          [60, 109, 'light dies down'],
        ],
      },
    ],
  },
];
