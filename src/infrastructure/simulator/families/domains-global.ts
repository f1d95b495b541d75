import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info } from '../output.ts';
import { checkHostnames, withoutDomain } from '../proxy/domain-lists.ts';

function globalTarget(call: Invocation): readonly string[] {
  const [first = ''] = call.args;
  if (first === '') fail(call, 'Please specify a domain name. Usage: dokku  <domain> [<domain> ...]');
  return call.args;
}

const addGlobal: Handler = async (call) => {
  await call.sleep(52);
  const names = globalTarget(call);
  checkHostnames(call, names);
  for (const name of names) {
    if (call.host.globalDomains.includes(name)) {
      call.out(info(`Skipping ${name}: already added`));
    } else {
      call.host.globalDomains.push(name);
      call.out(info(`Added ${name}`));
    }
  }
  return 0;
};

const removeGlobal: Handler = async (call) => {
  await call.sleep(54);
  for (const name of globalTarget(call)) {
    const rest = withoutDomain(call.host.globalDomains, name);
    call.host.globalDomains.splice(0, call.host.globalDomains.length, ...rest);
    call.out(info(`Removed ${name}`));
  }
  return 0;
};

const setGlobal: Handler = async (call) => {
  await call.sleep(52);
  const names = globalTarget(call);
  checkHostnames(call, names);
  call.host.globalDomains.splice(0, call.host.globalDomains.length, ...names);
  call.out(info(`Set ${names.join(' ')}`));
  return 0;
};

const clearGlobal: Handler = async (call) => {
  await call.sleep(52);
  if (!call.flags.quiet) call.out(info('Clearing global domains'));
  call.host.globalDomains.splice(0);
  return 0;
};

/** The domains of the host, under which new apps are named. */
export const domainsGlobal: Family = {
  commands: {
    'domains:add-global': addGlobal,
    'domains:clear-global': clearGlobal,
    'domains:remove-global': removeGlobal,
    'domains:set-global': setGlobal,
  },
};
