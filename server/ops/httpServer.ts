import { createServer, type Server } from 'node:http';
import type { HttpLimits } from '../limitSettings';
import { isUpload } from '../storage/routes/uploadRoutes';
import { holdBodiesToTime } from './bodyDeadline';
import { answerBrokenRequests } from './brokenRequests';

/** Of Node's own pause between two looks at what is late, which is half a minute, a slow sender makes use. */
const LOOK_MS = 1_000;

/** The server, with what a connection may take of it before there is a request. */
export function createHttpServer(limits: HttpLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    // Bodies have a deadline of their own, below.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(LOOK_MS, limits.headersTimeoutMs, limits.requestTimeoutMs),
  });
  // Sockets are among them.
  server.maxConnections = limits.connections;
  answerBrokenRequests(server);
  holdBodiesToTime(server, limits.requestTimeoutMs, isUpload);
  return server;
}
