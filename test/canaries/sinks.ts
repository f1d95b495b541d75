import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Canary, needles } from './canaries.ts';

/** A canary that was seen. */
export interface Leak {
  readonly canary: string;
  readonly sink: string;
  readonly where: string;
}

/** Collects what came out of the product, and tells what of it should not have. */
export class Sinks {
  readonly #canaries: readonly { readonly key: string; readonly needles: readonly string[] }[];
  readonly #leaks = new Map<string, Leak>();

  constructor(canaries: readonly Canary[]) {
    this.#canaries = canaries.map((canary) => ({ key: canary.key, needles: needles(canary) }));
  }

  get leaks(): readonly Leak[] {
    return [...this.#leaks.values()];
  }

  /** Looks through a text as it is and without its line breaks; `except` are canaries that may stand there. */
  look(sink: string, where: string, text: string, except: readonly string[] = []): void {
    const joined = text.replace(/\s*(?:\\n|\n)\s*/g, '');
    for (const { key, needles: forms } of this.#canaries) {
      if (except.includes(key) || this.#leaks.has(`${key} ${sink} ${where}`)) continue;
      const found = forms.find((form) => text.includes(form) || (form.length >= 12 && joined.includes(form)));
      if (found === undefined) continue;
      const at = text.indexOf(found);
      const around = at === -1 ? '' : `: ${text.slice(Math.max(0, at - 60), at).replaceAll('\n', '⏎')}…`;
      this.#leaks.set(`${key} ${sink} ${where}`, { canary: key, sink, where: `${where}${around}` });
    }
  }

  /** Every file below a folder, names and contents, but what a test itself has put there. */
  lookIn(sink: string, folder: string, planted: string): void {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (name.includes(planted)) continue;
      this.look(sink, name, name);
      const path = join(folder, name);
      if (statSync(path, { throwIfNoEntry: false })?.isFile() === true)
        this.look(sink, name, readFileSync(path, 'latin1'));
      if (statSync(path, { throwIfNoEntry: false })?.isFile() === true)
        this.look(sink, name, readFileSync(path, 'utf8'));
    }
  }

  /** The words and environments' absence aside: what any process of this machine was started with. */
  lookAtProcesses(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        this.look(
          'process list',
          'command line',
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
        );
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}
