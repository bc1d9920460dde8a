// A mount namespace of its own for a case that mounts small disks: they are gone with it, however the case ended.
import { spawn, spawnSync } from 'node:child_process';
import { NotCarriedOut, Skipped } from './outcome.mjs';

const inside = 'BECKON_FAULTS_SHARE'; // set: this runner is in such a namespace, and this is the form it carries out

export const share_inside = () => process.env[inside];

/** The row of the case, carried out by another runner inside. Throws Skipped where nobody may mount. */
export async function carried_out_inside(runner, words, share, directory) {
  const way = [['unshare', '-m'], ['unshare', '-Urm']].find(([program, ...rest]) =>
    spawnSync(program, [...rest, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]).status === 0);
  if (!way) throw new Skipped('NOT TESTED: mounting a small disk needs root or user namespaces');
  const child = spawn(way[0], [...way.slice(1), process.execPath, runner, ...words, '--output', 'json'],
    { env: { ...process.env, [inside]: share }, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (part) => { text += part; });
  await new Promise((resolve) => child.on('close', resolve));
  try {
    return JSON.parse(text)[0];
  } catch {
    throw new NotCarriedOut(`the runner inside the namespace ended without a result: ${text.slice(-200)}`);
  }
}
