import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where a gateway answers while the page is worked on: `npm run dev` beside `npm run studio`. */
const GATEWAY = 'http://127.0.0.1:5678';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/graphql': { target: GATEWAY, ws: true },
      '/storage': GATEWAY,
      // With the name that the browser called: the gateway gives tokens to its own page alone.
      '/studio': { target: GATEWAY },
    },
  },
});
