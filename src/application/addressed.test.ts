import { expect, it } from 'vitest';
import { addressed, followCall, writtenCall } from './addressed.ts';
import { deployText } from './workflows/deploy-answer.ts';

const one = { host: 'prod', hosts: ['prod'] };
const two = { host: 'prod', hosts: ['staging', 'prod'] };

it('a call names its host where there is a choice, and nowhere else', () => {
  expect(addressed({ app: 'shop' }, one)).toEqual({ app: 'shop' });
  expect(addressed({ app: 'shop' }, two)).toEqual({ app: 'shop', host: 'prod' });
  expect(followCall({ app: 'shop', id: 'd-1' }, one)).toBe('deploy_status {"app": "shop", "id": "d-1"}');
  expect(followCall({ app: 'shop', id: 'd-1' }, two)).toBe(
    'deploy_status {"app": "shop", "id": "d-1", "host": "prod"}',
  );
  expect(writtenCall('ps_scale', { app: 'a"b', processes: { web: 1 } }, one)).toBe(
    'ps_scale {"app": "a\\"b", "processes": {"web":1}}',
  );
});

it('a deploy that runs is followed and ended on its own host', () => {
  const fact = {
    app: 'shop',
    id: 'd-1',
    status: 'running',
    phase: 'build',
    source: 'image a:1',
    started_at: '2026-01-01T00:00:00Z',
    warnings: [],
    seen: [],
    lines: 3,
  };
  expect(deployText(fact, two)).toContain(
    'Follow it with deploy_status {"app": "shop", "id": "d-1", "host": "prod"}; deploy_cancel {"app": "shop", "host": "prod"} ends it.',
  );
});
