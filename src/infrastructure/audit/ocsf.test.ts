import { describe, expect, it } from 'vitest';
import type { Act } from './acts.ts';
import { matches, resultOf } from './acts.ts';
import { toOcsf } from './ocsf.ts';
import { type AuditRecord, type Body, GENESIS, parseLine, seal } from './record.ts';

function record(body: Body): AuditRecord {
  const { line } = seal({ seq: 6, hash: GENESIS }, '2026-01-02T03:04:05.000Z', body);
  const parsed = parseLine(line);
  if (parsed === undefined) throw new Error('no record');
  return parsed;
}
const about = {
  id: 'a1',
  host: 'main',
  app: 'shop',
  actor: 'ann',
  client: 'Claude Code',
  transport: 'stdio',
};
const act = (body: Body, outcome?: Body): Act => ({
  id: 'a1',
  first: record({ ...about, ...body }),
  ...(outcome === undefined ? {} : { outcome: record({ ...about, ...outcome }) }),
});
const intent = (operation: string, effect: Body['effect']): Body => ({ phase: 'intent', operation, effect });

describe('toOcsf', () => {
  it('makes one API Activity of intent and outcome', () => {
    const commands = ['dokku --force apps:destroy shop'];
    const done = act(
      { ...intent('apps_destroy', 'destructive'), commands, plan: 'digest' },
      { phase: 'outcome', result: 'failed', code: 'COMMAND_FAILED', duration_ms: 12, found: 'it is locked' },
    );
    expect(toOcsf(done, '1.2.3')).toEqual({
      class_uid: 6003,
      class_name: 'API Activity',
      category_uid: 6,
      category_name: 'Application Activity',
      activity_id: 4,
      type_uid: 600304,
      time: Date.UTC(2026, 0, 2, 3, 4, 5),
      severity_id: 4,
      status_id: 2,
      status_detail: 'it is locked',
      status_code: 'COMMAND_FAILED',
      duration: 12,
      metadata: {
        version: '1.3.0',
        uid: 'a1',
        sequence: 7,
        product: { name: 'dokku-mcp', version: '1.2.3', vendor_name: 'dokku-mcp' },
      },
      actor: { user: { name: 'ann' }, app_name: 'Claude Code' },
      api: { operation: 'apps_destroy', service: { name: 'dokku' }, request: { uid: 'a1' } },
      dst_endpoint: { hostname: 'main' },
      resources: [{ type: 'app', name: 'shop' }],
      unmapped: expect.objectContaining({ result: 'failed', phase: 'intent', commands, plan: 'digest' }),
    });
  });

  it.each([
    ['a creation that is open', act(intent('apps_create', 'reversible')), 600301, 0, 1],
    [
      'an update that went well',
      act(intent('ps_scale', 'disruptive'), { phase: 'outcome', result: 'ok' }),
      600303,
      1,
      2,
    ],
    ['a secret that was shown', act({ phase: 'revealed', operation: 'config_get' }), 600302, 1, 2],
    ['a refused destroy', act({ phase: 'refused', operation: 'apps_destroy' }), 600304, 2, 3],
    [
      'a question',
      act({ phase: 'declined', operation: 'ps_set', code: 'CONFIRMATION_REQUIRED' }),
      600303,
      0,
      1,
    ],
    ['nothing known', act({ phase: 'declined' }), 600303, 2, 1],
  ])('%s', (_what, one, type, status, severity) => {
    const event = toOcsf(one, '1');
    expect([event.type_uid, event.status_id, event.severity_id]).toEqual([type, status, severity]);
  });
});

describe('resultOf and matches', () => {
  const open = act(intent('ps_scale', 'disruptive'));
  const asked = act({ phase: 'declined', code: 'CONFIRMATION_REQUIRED' });
  it('says how an act came out', () => {
    const lost = act(intent('ps_scale', 'disruptive'), { phase: 'outcome' });
    expect([open, asked, act({ phase: 'declined' }), lost].map(resultOf)).toEqual([
      'open',
      'asked',
      'declined',
      'unknown',
    ]);
  });

  it.each([
    [{}, true],
    [{ app: 'shop', host: 'main', result: 'open', since: Date.UTC(2026, 0, 2, 3, 4, 5) }, true],
    [{ app: 'shop-api' }, false],
    [{ host: 'other' }, false],
    [{ result: 'ok' }, false],
    [{ since: Date.UTC(2026, 0, 2, 3, 4, 6) }, false],
  ])('%j: %s', (filter, expected) => expect(matches(open, filter)).toBe(expected));
});
