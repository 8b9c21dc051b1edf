/** A colour as #rrggbb: hue in degrees, saturation and lightness in percent. */
export function hsl(hue: number, saturation: number, lightness: number): string {
  const s = saturation / 100;
  const l = lightness / 100;
  const channel = (n: number) => {
    const k = (n + (((hue % 360) + 360) % 360) / 30) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** The hues a project is painted in. */
export interface Tint {
  sky: number;
  land: number;
  accent: number;
  /** 100 is vivid, 0 is grey. */
  saturation: number;
}

export type TimeOfDay = 'dawn' | 'day' | 'dusk' | 'night';

/** The colours of one picture. */
export interface Palette {
  skyTop: string;
  skyBottom: string;
  /** From far (0) to near (1). */
  land(nearness: number): string;
  accent: string;
  light: string;
  ink: string;
}

const SKIES = {
  dawn: { top: [20, 0.5, 62], bottom: 82, far: 66, near: 24 },
  day: { top: [0, 0.75, 58], bottom: 88, far: 70, near: 30 },
  dusk: { top: [40, 0.6, 30], bottom: 62, far: 42, near: 12 },
  night: { top: [10, 0.7, 9], bottom: 27, far: 24, near: 6 },
} as const;

/** Mixes the palette of a project for a time of day: the same hues in another light. */
export function mixPalette(tint: Tint, time: TimeOfDay): Palette {
  const { top, bottom, far, near } = SKIES[time];
  const s = tint.saturation;
  const glowing = time === 'dawn' || time === 'dusk';
  return {
    skyTop: hsl(tint.sky + top[0], s * top[1], top[2]),
    skyBottom: hsl(glowing ? tint.accent : tint.sky, s * (glowing ? 0.9 : 0.6), bottom),
    land: (nearness) => hsl(tint.land, s * (0.35 + 0.3 * nearness), far + (near - far) * nearness),
    accent: hsl(tint.accent, Math.min(100, s * 1.1), time === 'night' ? 62 : 54),
    light: hsl(tint.accent + 10, 80, 88),
    ink: hsl(tint.land + 20, s * 0.4, time === 'night' ? 8 : 16),
  };
}
