import { useEffect, useState } from 'react';

export type Theme = 'dark' | 'light';

const KEY = 'reigh.theme';

function preferred(): Theme {
  const kept = localStorage.getItem(KEY);
  if (kept === 'dark' || kept === 'light') return kept;
  return window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

/** Before anything is drawn: whoever is not signed in, or still waits, has no header to choose in. */
export const showPreferredTheme = () => show(preferred());

/** As the system says, until a person says otherwise. */
export function useTheme(): [theme: Theme, toggle: () => void] {
  const [theme, setTheme] = useState(preferred);
  useEffect(() => show(theme), [theme]);
  return [
    theme,
    () => {
      const next = theme === 'dark' ? 'light' : 'dark';
      localStorage.setItem(KEY, next);
      setTheme(next);
    },
  ];
}
