import { expect, it } from 'vitest';
import { reasonAgainstSource } from './source-hosts.ts';

it.each([
  'https://127.0.0.1/a',
  'https://127.9.9.9:8443/a',
  'https://LOCALHOST/a',
  'https://git.localhost/a',
  'https://0.0.0.0/a',
  'https://10.0.0.1/a',
  'https://100.64.0.1/a',
  'https://169.254.169.254/a',
  'https://172.16.0.1/a',
  'https://172.31.255.255/a',
  'https://192.168.1.1/a',
  'https://198.19.0.1/a',
  'https://224.0.0.1/a',
  'https://255.255.255.255/a',
  'https://2130706433/a',
  'https://0x7f.1/a',
  'https://0177.0.0.1/a',
  'https://127.1/a',
  'https://[::1]/a',
  'https://metadata.google.internal/a',
  'ssh://git@10.0.0.1:22/a',
  'git@10.0.0.1:a',
  'http://example.com/a',
  'git://example.com/a',
])('%s is refused', (url) => expect(reasonAgainstSource(url, [])).toContain('security.git_hosts'));

it.each([
  'https://github.com/a/b.git',
  'https://8.8.8.8/a',
  'https://172.32.0.1/a',
  'https://100.128.0.1/a',
  'https://192.169.0.1/a',
  'https://10.example.com/a',
  'https://127.0.0.1.example.com/a',
  'ssh://git@github.com/a',
  'git@github.com:a/b',
  'main',
  'shop',
])('%s may be fetched', (url) => expect(reasonAgainstSource(url, [])).toBeUndefined());
