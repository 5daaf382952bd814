import { execFileSync } from 'node:child_process';

/** The whole-program tests spawn the built command, so it is built once before they start. */
export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
