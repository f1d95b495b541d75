import {
  type Decision,
  decide,
  isChange,
  type Subject,
  strictest,
  type Use,
} from '../domain/policy/decide.ts';
import { describePolicy } from '../domain/policy/describe.ts';
import { alwaysAllowed, overviewReads, serviceReads } from '../domain/policy/needed.ts';
import { isOpen, type Policy } from '../domain/policy/policy.ts';
import {
  type CommandUse,
  couldAllow,
  deniesTool,
  distinctReads,
  seesApp,
} from '../domain/policy/possible.ts';
import type { Operation } from './operation.ts';
import { essentialCommands, sendsNothing } from './operations/essential-commands.ts';
import type { Command, CommandCatalogue, Effect } from './ports.ts';

/** A decision with what it was made on. */
export interface Judged extends Decision {
  readonly effect: Effect;
  /** Empty when the command concerns the whole host. */
  readonly apps: readonly string[];
}

type Tool = Pick<Operation, 'name' | 'kind'>;

export interface RightsDeps {
  readonly policy: Policy;
  readonly catalogue: Pick<
    CommandCatalogue,
    'effectOf' | 'effectsOf' | 'concernOf' | 'namesApp' | 'names' | 'find'
  >;
  readonly subject: Subject;
}

/** What one role may do on one host: every decision of the product comes from here. Pure. */
export class Rights {
  readonly subject: Subject;
  readonly #policy: Policy;
  readonly #catalogue: RightsDeps['catalogue'];
  readonly #seen = new Map<string, boolean>();
  #reads: { readonly of: readonly string[]; readonly uses: readonly CommandUse[] } | undefined;

  constructor({ policy, catalogue, subject }: RightsDeps) {
    this.#policy = policy;
    this.#catalogue = catalogue;
    this.subject = subject;
  }

  /** True when neither policy nor read-only mode takes anything away. */
  get open(): boolean {
    return isOpen(this.#policy) && !this.subject.readOnly;
  }

  /** Decides on the decoded argv. A command that cannot be read for sure is denied where there is a policy. */
  judge(command: Command, tool?: string): Judged {
    const effect = this.#catalogue.effectOf(command);
    const { name } = command;
    const never = this.#catalogue.find(name)?.refused;
    if (never !== undefined) return { verdict: 'deny', rule: never, effect, apps: [] };
    const concern = isOpen(this.#policy) ? ({ kind: 'host' } as const) : this.#catalogue.concernOf(command);
    if (concern.kind === 'unclear') {
      const rule = `what it concerns cannot be told for sure: ${concern.reason}`;
      return { verdict: 'deny', rule, effect, apps: [] };
    }
    const apps = concern.kind === 'apps' ? concern.apps : [];
    if (concern.kind === 'host' && alwaysAllowed.has(name)) {
      return { verdict: 'allow', rule: 'the server itself needs it', effect, apps };
    }
    const scopes: readonly (string | undefined)[] = apps.length > 0 ? apps : [undefined];
    const decisions = scopes.map((app) =>
      decide(this.#policy, this.subject, { command: name, effect, app, tool }),
    );
    return { ...strictest(decisions), effect, apps };
  }

  /** The apps that a command concerns, none for the whole host; undefined when that cannot be told for sure. */
  concerns(command: Command): readonly string[] | undefined {
    const concern = this.#catalogue.concernOf(command);
    if (concern.kind === 'unclear') return undefined;
    return concern.kind === 'apps' ? concern.apps : [];
  }

  /** True for a read of all apps whose answer the server filters, so that it may send it for whoever sees some of them. */
  filters(command: Command): boolean {
    const { name } = command;
    const effect = this.#catalogue.effectOf(command);
    return (
      (overviewReads.has(name) || this.#readsServices(name)) &&
      !isChange(effect) &&
      this.#catalogue.concernOf(command).kind === 'host' &&
      couldAllow(this.#policy, this.subject, { command: name, effect })
    );
  }

  /** The reads from which the list of data services is made; only their plugins know the apps of a service. */
  #readsServices(name: string): boolean {
    const [plugin = '', verb = ''] = name.split(':');
    return serviceReads.has(verb) && this.#catalogue.find(`${plugin}:app-links`) !== undefined;
  }

  /** True when at least one command of the catalogue that reads an app may read this one. */
  sees(app: string): boolean {
    const reads = this.#readsOfApps();
    const known = this.#seen.get(app) ?? seesApp(this.#policy, this.subject, reads, app);
    this.#seen.set(app, known);
    return known;
  }

  /** Made anew when the catalogue has grown by a plugin of the host. */
  #readsOfApps(): readonly CommandUse[] {
    const names = this.#catalogue.names();
    if (this.#reads?.of === names) return this.#reads.uses;
    const all = names
      .filter((name) => this.#catalogue.namesApp(name) && this.#catalogue.find(name)?.refused === undefined)
      .flatMap((command) => this.#catalogue.effectsOf(command).map((effect) => ({ command, effect })))
      .filter(({ effect }) => !isChange(effect));
    const uses = distinctReads(this.#policy, this.subject, all);
    this.#seen.clear();
    this.#reads = { of: names, uses };
    return uses;
  }

  /** What the policy says to this role on this host, a line a rule. */
  get told(): readonly string[] {
    return describePolicy(this.#policy, this.subject);
  }

  /** What the tool may do to the app, or to any: the mildest decision on what it could send. */
  judgeTool(tool: Tool, app?: string): Decision {
    const hidden: Decision | undefined =
      app === undefined || this.sees(app)
        ? undefined
        : {
            verdict: 'deny',
            rule: `the app is not among those that the role "${this.subject.role}" may read`,
          };
    if (hidden === undefined && sendsNothing.has(tool.name) && this.couldUse(tool)) {
      return { verdict: 'allow', rule: 'it sends nothing to the host' };
    }
    const uses = this.#usesOf(tool);
    const decisions = uses
      .filter((use) => app !== undefined || couldAllow(this.#policy, this.subject, use))
      .map((use) =>
        app === undefined
          ? {
              verdict: 'allow' as const,
              rule: 'it may be allowed: that depends on the app and the arguments',
            }
          : decide(this.#policy, this.subject, { ...use, app }),
      );
    return (
      decisions.find(({ verdict }) => verdict === 'allow') ??
      decisions.find(({ verdict }) => verdict === 'confirm') ??
      hidden ??
      decisions[0] ?? { verdict: 'deny', rule: 'everything that it could do is denied' }
    );
  }

  /** True when some use of the tool may be allowed: what is not is not listed. */
  couldUse(tool: Tool): boolean {
    if (this.open) return true;
    if (sendsNothing.has(tool.name)) return !deniesTool(this.#policy, this.subject, tool.name);
    return this.#usesOf(tool).some((use) => couldAllow(this.#policy, this.subject, use));
  }

  /** What the tool could send, app by app. */
  #usesOf({ name, kind }: Tool): Omit<Use, 'app'>[] {
    const commands = essentialCommands.get(name) ?? this.#catalogue.names();
    return commands
      .filter((command) => this.#catalogue.find(command)?.refused === undefined)
      .flatMap((command) =>
        this.#catalogue
          .effectsOf(command)
          .filter((effect) => isChange(effect) === (kind === 'change'))
          .map((effect) => ({ command, effect, tool: name })),
      );
  }
}
