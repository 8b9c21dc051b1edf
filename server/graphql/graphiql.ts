import { createRequire } from 'node:module';
import path from 'node:path';
import { Router, static as serveFiles } from 'express';

const fromHere = createRequire(__filename);
const folderOf = (packageName: string) => path.dirname(fromHere.resolve(`${packageName}/package.json`));

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>GraphiQL · Reigh Gateway</title>
<link rel="stylesheet" href="/graphiql/lib/graphiql.min.css">
<style>html, body, #graphiql { height: 100%; margin: 0; }</style>
</head>
<body>
<div id="graphiql">Loading …</div>
<script src="/graphiql/react/react.production.min.js"></script>
<script src="/graphiql/react-dom/react-dom.production.min.js"></script>
<script src="/graphiql/lib/graphiql.min.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
`;

const START = `
const send = GraphiQL.createFetcher({ url: '/graphql' });
// Until a token is pasted, the header that waits for it is not sent: half a token is refused.
const fetcher = (request, options) => {
  const headers = Object.fromEntries(
    Object.entries(options?.headers ?? {}).filter(([, value]) => !/^Bearer\\s*$/.test(value)),
  );
  return send(request, { ...options, headers });
};
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: true,
    defaultEditorToolsVisibility: 'headers',
    defaultHeaders: '{\\n  "Authorization": "Bearer "\\n}',
    defaultQuery: '# Paste a token that "npm start" printed into Headers below.\\n{\\n  projects {\\n    nodes {\\n      id\\n      name\\n    }\\n  }\\n}\\n',
  }),
);
`;

/** Its packages are for development: an installation without them serves everything else. */
export function hasGraphiQL(): boolean {
  try {
    for (const name of ['graphiql', 'react', 'react-dom']) folderOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The page to try queries on, from files of the npm packages: nothing is fetched from outside. Development only. */
export function graphiql(): Router {
  const router = Router();
  const contentSecurityPolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";
  router.get('/', (_request, response) => {
    response.set('content-security-policy', contentSecurityPolicy).type('html').send(PAGE);
  });
  router.get('/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  router.use('/lib', serveFiles(folderOf('graphiql'), { index: false }));
  router.use('/react', serveFiles(path.join(folderOf('react'), 'umd'), { index: false }));
  router.use('/react-dom', serveFiles(path.join(folderOf('react-dom'), 'umd'), { index: false }));
  return router;
}
