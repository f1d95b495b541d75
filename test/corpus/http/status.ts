import type { CorpusCase } from '../case.ts';
import type { RawResponse } from './raw.ts';

/** The status that a case allows, where it names any; one that names none is to be served. */
export function judgeStatus({ expect, positive }: CorpusCase, { status, headers, body }: RawResponse): string[] {
  const named = [...expect.matchAll(/(?<![\w-])([1-5]\d\d)(?!\d|[- ]?(?:MiB|kB|ms\b|s\b))/g)].map(([, code]) => Number(code));
  const wanted = named.length > 0 ? named : positive === true || /^(?:accepted|ignored)/.test(expect) ? [200] : [];
  const good = wanted.length > 0 ? wanted.includes(status) : status >= 400 || /Access-Control/i.test(expect);
  const [, rpc] = /(-32\d{3})/.exec(expect) ?? [];
  return [
    ...(good ? [] : [`status ${status}, not ${wanted.join(' or ') || 'a refusal'}: ${body.slice(0, 200)}`]),
    ...(rpc === undefined || body.includes(`"code":${rpc}`) ? [] : [`no ${rpc} in ${body.slice(0, 200)}`]),
    ...(status === 405 && !headers.has('allow') ? ['405 without Allow'] : []),
    ...(status === 401 && !/^Bearer /.test(headers.get('www-authenticate') ?? '') ? ['401 without a challenge'] : []),
  ];
}
