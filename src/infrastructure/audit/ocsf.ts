import { type Act, resultOf } from './acts.ts';

/** OCSF API Activity (class 6003): https://schema.ocsf.io/1.3.0/classes/api_activity */
const CLASS = 6003;
const ACTIVITY = { create: 1, read: 2, update: 3, delete: 4 } as const;
const STATUS = { unknown: 0, success: 1, failure: 2 } as const;
const SEVERITY = { informational: 1, low: 2, medium: 3, high: 4 } as const;

/** One act as an OCSF API Activity event, for a SIEM. What OCSF has no word for stands under `unmapped`. */
export function toOcsf(act: Act, version: string): Record<string, unknown> {
  const { first, outcome, id } = act;
  const result = resultOf(act);
  const activity = activityOf(act);
  const status = statusOf(result);
  const duration = outcome?.duration_ms;
  return {
    class_uid: CLASS,
    class_name: 'API Activity',
    category_uid: 6,
    category_name: 'Application Activity',
    activity_id: activity,
    type_uid: CLASS * 100 + activity,
    time: Date.parse(first.at),
    severity_id: severityOf(act),
    status_id: status,
    status_detail: outcome?.found ?? first.reason ?? result,
    ...(outcome?.code === undefined && first.code === undefined
      ? {}
      : { status_code: outcome?.code ?? first.code }),
    ...(duration === undefined ? {} : { duration }),
    ...(first.count === undefined ? {} : { count: first.count }),
    metadata: {
      version: '1.3.0',
      uid: id,
      sequence: first.seq,
      product: { name: 'dokku-mcp', version, vendor_name: 'dokku-mcp' },
    },
    actor: {
      user: { name: first.actor ?? 'unknown' },
      ...(first.client === undefined ? {} : { app_name: first.client }),
    },
    ...(first.address === undefined ? {} : { src_endpoint: { ip: first.address } }),
    api: { operation: first.operation ?? 'unknown', service: { name: 'dokku' }, request: { uid: id } },
    dst_endpoint: { hostname: first.host ?? 'unknown' },
    ...(first.app === undefined ? {} : { resources: [{ type: 'app', name: first.app }] }),
    unmapped: {
      result,
      phase: first.phase,
      effect: first.effect,
      commands: first.commands,
      plan: first.plan,
      transport: first.transport,
      principal: first.principal,
      resolved: outcome?.resolved,
      hash: first.hash,
      outcome_hash: outcome?.hash,
    },
  };
}

function activityOf({ first }: Act): number {
  if (['revealed', 'used'].includes(first.phase) || first.effect?.startsWith('read') === true)
    return ACTIVITY.read;
  if (first.effect === 'destructive' || /destroy|remove/.test(first.operation ?? '')) return ACTIVITY.delete;
  return /create|clone/.test(first.operation ?? '') ? ACTIVITY.create : ACTIVITY.update;
}

function statusOf(result: string): number {
  if (['ok', 'revealed', 'used'].includes(result)) return STATUS.success;
  return ['unknown', 'open', 'asked'].includes(result) ? STATUS.unknown : STATUS.failure;
}

function severityOf({ first }: Act): number {
  if (first.phase === 'refused') return SEVERITY.medium;
  if (first.effect === 'destructive') return SEVERITY.high;
  return first.phase === 'revealed' || first.effect === 'disruptive' ? SEVERITY.low : SEVERITY.informational;
}
