import { existsSync } from 'node:fs';
import path from 'node:path';
import { Router, static as serveFiles, type Response } from 'express';
import { PROJECT } from '../project';

/** What `npm run build` makes of web/. */
export const BUILT_STUDIO = path.join(PROJECT, 'web/dist');

/** The addresses that the page itself tells apart: it is the same page at each. */
const PLACES = ['/', '/projects', '/projects/{*place}'];

const MISSING = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Reigh Gateway</title></head>
<body style="font: 16px/1.5 system-ui; margin: 15vh auto; max-width: 34rem; padding: 0 1rem">
<h1>The gateway runs.</h1>
<p>Its studio is not built here: run <code>npm run build</code>, and load this page again. The API is at <code>/graphql</code>.</p>
</body>
</html>
`;

/**
 * The studio, for anybody: it holds nothing of anyone's, and what it shows it asks for with the token of whoever signed in.
 * @param publicUrl where files are addressed, looked up when the page is asked for
 */
export function studioPage(publicUrl: () => string, folder: string = BUILT_STUDIO): Router {
  const router = Router();
  // Their names change with what is in them.
  const assets = { index: false, redirect: false, immutable: true, maxAge: '1y', fallthrough: true } as const;
  router.use('/assets', serveFiles(path.join(folder, 'assets'), assets));
  router.get(PLACES, (_request, response) => {
    const page = path.join(folder, 'index.html');
    protect(response, new URL(publicUrl()).origin);
    if (existsSync(page)) response.set('cache-control', 'no-cache').sendFile(page);
    // An address that works tomorrow is not to be remembered as one that does not.
    else response.status(503).set('cache-control', 'no-store').type('html').send(MISSING);
  });
  return router;
}

/** Media may be anywhere: a location is what a worker or a user wrote. Scripts come from here alone. */
function protect(response: Response, files: string): void {
  const media = `'self' data: blob: https: ${files}`;
  const rules = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    `img-src ${media}`,
    `media-src ${media}`,
    `connect-src 'self' ${files} ${files.replace(/^http/, 'ws')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  response.set('content-security-policy', rules.join('; ')).set('referrer-policy', 'no-referrer');
}
