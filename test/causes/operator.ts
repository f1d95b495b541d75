import type { SimulatedHost } from '../../src/infrastructure/simulator/host.ts';
import { runSession } from '../../src/infrastructure/simulator/session.ts';
import { makeCertificate } from '../../src/infrastructure/simulator/world/certificate.ts';
import { makeTar } from '../support/tar.ts';

/** Someone at the shell of a Dokku host. */
export class Operator {
  readonly host: SimulatedHost;

  constructor(host: SimulatedHost) {
    this.host = host;
  }

  /** Commands that have to work. */
  async does(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const { exit, stdout, stderr } = await runSession(this.host, { line });
      if (exit !== 0) throw new Error(`${line} ended with ${exit}: ${stdout}${stderr}`);
    }
  }

  /** A command that has to fail. */
  async failsAt(line: string): Promise<void> {
    const { exit, stdout } = await runSession(this.host, { line });
    if (exit === 0) throw new Error(`${line} worked: ${stdout}`);
  }

  /** A command that Dokku ends with 0 whatever comes of it. */
  async tries(line: string): Promise<void> {
    await runSession(this.host, { line });
  }

  /** Puts an image on the host whose program has these variables of its own. */
  publishes(reference: string, environment: Readonly<Record<string, string>>): void {
    const [shape] = this.host.world.images;
    if (shape === undefined) throw new Error('the world has no image');
    this.host.world.images.push({ ...shape, reference, environment });
  }

  /** A new app that runs. */
  async deploys(app: string, image = 'demo/web:1'): Promise<void> {
    await this.does(`apps:create ${app}`, `git:from-image ${app} ${image}`);
  }

  /** Lets time pass on the host. */
  waits(minutes: number): void {
    this.host.advance(minutes * 60_000);
  }

  /** A client that goes away so many milliseconds after it has sent the command. */
  async leaves(line: string, afterMs: number): Promise<void> {
    const { over } = await runSession(this.host, { line, cutAfterMs: afterMs });
    await over;
  }

  /**
   * A command whose client reads no further than these words, so that it stays where it is; what is returned lets it go
   * on and waits for its end.
   */
  async holds(line: string, words: string): Promise<() => Promise<void>> {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reached = (): void => undefined;
    const there = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const session = runSession(this.host, {
      line,
      onOutput: async (_stream, text) => {
        if (!text.includes(words)) return;
        reached();
        await released;
      },
    });
    await there;
    return async () => {
      release();
      await (await session).over;
    };
  }

  /** Gives the app a certificate for a name, good from and until so many days from now. */
  async certifies(app: string, name: string, from: number, until: number): Promise<void> {
    const day = 24 * 3_600_000;
    const { certificate, key } = makeCertificate({
      subject: [['CN', name]],
      issuer: [['CN', 'Example CA']],
      hostnames: [name],
      from: Date.now() + from * day,
      until: Date.now() + until * day,
    });
    // Where the image exposes its port, TLS would come to it and clash with other apps.
    await this.does(`ports:set ${app} http:80:5000`);
    const stdin = makeTar({ 'server.crt': certificate, 'server.key': key });
    const { exit, stderr } = await runSession(this.host, { line: `certs:add ${app}`, stdin });
    if (exit !== 0) throw new Error(`certs:add ${app} ended with ${exit}: ${stderr}`);
  }
}
