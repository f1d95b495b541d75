import { readFileSync } from 'node:fs';
import { Vault } from '../../src/application/masking/vault.ts';
import { coverCrashes, installCrashOutput } from '../../src/infrastructure/local/crash.ts';

const values = JSON.parse(readFileSync(0, 'utf8')) as string[];
const vault = new Vault();
vault.of('main').learn(values);
coverCrashes((text) => vault.mask(text));
installCrashOutput();

const told = values.join(' and ');
const failure = Object.assign(new Error(`failed with ${told}`, { cause: new Error(told) }), {
  details: values,
});
switch (process.argv[2]) {
  case 'reject':
    void Promise.reject(failure);
    break;
  case 'text':
    throw told;
  case 'cause':
    throw new Error('failed', { cause: failure });
  default:
    throw failure;
}
