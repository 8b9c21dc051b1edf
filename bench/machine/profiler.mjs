/* global process, setTimeout */
/**
 * Loaded before a server that the bench starts: profiles it when it is told to by its parent, for as long as a round
 * takes, instead of from its start to its end.
 */
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

const SAMPLE_US = 500;
let session;

async function begin() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.post('Profiler.start');
  process.send({ profiling: true });
}

async function end(file) {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  await writeFile(file, JSON.stringify(profile));
  process.send({ profiled: file });
}

process.on('message', (message) => {
  if (message.profile === 'begin') void begin();
  if (message.profile === 'end') void end(message.file);
});
// Whoever stops serving ends, whether the parent listens or not.
setTimeout(() => process.channel?.unref(), 0);
process.on('disconnect', () => process.exit(0));
