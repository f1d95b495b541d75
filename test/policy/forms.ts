import type { Command } from '../../src/application/ports.ts';
import { coreCommands } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { parseSynopsis } from '../../src/infrastructure/dokku/catalogue/syntax.ts';

/** A command whose effect and apps are known by whoever wrote it down; A and B stand for apps. */
export interface Form {
  readonly command: Command;
  readonly effect: string;
  readonly apps: readonly string[];
}

const words = `
read             | apps:list
read             | apps:report A
read             | apps:report
reversible       | apps:create A
reversible       | apps:clone --skip-deploy A B
disruptive       | apps:rename A B
destructive      | apps:destroy A
read             | version
read             | plugin:list
read             | builds:list
read             | builds:list A
read             | builds:list A --format json
disruptive       | builds:cancel A
destructive      | builds:prune --all-apps
read-secret      | config:export --format json A
read-secret      | config:get A KEY
read-secret      | config:get --global KEY
disruptive       | config:set A KEY=value
reversible       | config:set --no-restart A KEY=value
reversible       | config:set A --no-restart KEY=value
reversible       | config:set --global KEY=value
destructive      | config:clear A
disruptive       | config:import A -
reversible       | config:import --no-restart --format json A -
destructive      | config:import --replace A -
read             | ps:report A --running
read             | ps:scale A
reversible       | ps:scale A web=2 worker=1
disruptive       | ps:scale A web=0
reversible       | ps:scale --skip-deploy A web=0
disruptive       | ps:stop A
disruptive       | ps:stop --all
disruptive       | ps:restart A web
disruptive       | ps:restart --parallel 2 --all
disruptive       | ps:rebuild A --all | host
disruptive       | run A ls --all B
disruptive       | run --env K=B A ls
disruptive       | enter A web -- ls -l B
disruptive       | git:sync --build A https://git.example/x.git main
reversible       | git:sync A https://git.example/x.git
disruptive       | git:from-image A img:1
read             | git:report A
reversible       | domains:add A www.example.com
disruptive       | domains:clear --all
disruptive       | nginx:stop
reversible       | nginx:set A client-max-body-size 5m
reversible       | nginx:set --global client-max-body-size 5m
read             | nginx:access-logs A --num 5
read             | certs:show A crt
read-secret      | certs:show A key
destructive      | network:destroy net
reversible       | network:create net
read             | resource:limit A
read             | resource:reserve A
reversible       | resource:reserve A --cpu=1
disruptive       | nginx:validate-config --clean A
read             | scheduler-k3s:preview A
read-secret      | scheduler-k3s:preview A --show-secrets
read             | scheduler-k3s:autoscaling-auth:report A
read-secret      | scheduler-k3s:autoscaling-auth:report A --include-metadata
disruptive       | config:unset A KEY
reversible       | config:unset --no-restart A KEY
reversible       | resource:limit --memory 5 A
read             | report
read-secret      | report A
read             | logs A --num 5 --ps web
read             | logs:failed A
disruptive       | run:stop --container A.run.1 | host
reversible       | docker-options:add A deploy --init
`;

const written: readonly Form[] = words
  .trim()
  .split('\n')
  .filter((row) => !row.endsWith('| unclear'))
  .map((row) => {
    const [effect = '', text = '', scope = ''] = row.split('|').map((part) => part.trim());
    const [name = '', ...args] = text.split(' ');
    const dashes = name === 'run' ? args.indexOf('ls') : args.indexOf('--');
    const own = dashes < 0 ? args : args.slice(0, dashes);
    const apps = scope === 'host' ? [] : own.filter((word) => word === 'A' || word === 'B');
    return { command: { name, args }, effect, apps };
  });

const fillers: Readonly<Record<string, string>> = { app: 'A', 'old-app': 'A', 'new-app': 'B' };

/** One form of every command that is ever sent, its places filled by the synopsis. */
const derived: readonly Form[] = coreCommands
  .filter(
    ({ refused, effect, name }) =>
      refused === undefined && !written.some((one) => one.command.name === name) && effect !== undefined,
  )
  .map(({ name, synopsis, effect }) => {
    const { flags, positionals } = parseSynopsis(synopsis);
    const required = [...flags].filter(([, flag]) => flag.required);
    const flagWords = required.flatMap(([flag, { value }]) =>
      value === undefined ? [flag] : [flag, 'build'],
    );
    const placed = positionals
      .filter((slot) => slot.required)
      .flatMap((slot) => [
        ...(slot.afterDashes ? ['--'] : []),
        fillers[slot.name] ?? slot.choices?.[0] ?? 'x1',
      ]);
    const apps = placed.filter((word) => word === 'A' || word === 'B');
    return { command: { name, args: [...placed, ...flagWords] }, effect, apps };
  });

export const forms: readonly Form[] = [...written, ...derived];

/** The form with these apps in the places of A and B. */
export function fill({ command, effect, apps }: Form, a: string, b: string): Form {
  const put = (word: string): string =>
    word === 'A' ? a : word === 'B' ? b : word.replace(/^A\./, `${a}.`).replace(/=B$/, `=${b}`);
  return { command: { ...command, args: command.args.map(put) }, effect, apps: apps.map(put) };
}
