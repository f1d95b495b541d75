import { z } from 'zod';
import { describeDifference } from '../../domain/application/drift.ts';
import { AppName } from '../../domain/names.ts';
import { compare, isByHand } from '../description/compare.ts';
import { readDocument, writeDocument } from '../description/document.ts';
import { planDescription } from '../description/plan.ts';
import { settled, tellJob } from '../description/settled.ts';
import { absentState, describeState, readState } from '../description/state.ts';
import { defineChange, defineQuery } from '../operation.ts';
import { app, restart } from './fields.ts';

const document = z
  .string()
  .min(1)
  .max(500_000)
  .describe('What the app should be, as app_export writes it: YAML or JSON, as text');
const as = AppName.optional().describe('Another app than the one that the document names');

const DifferenceFact = z.object({
  part: z.string(),
  item: z.string(),
  wanted: z.string().optional(),
  found: z.string().optional(),
});

export const appExport = defineQuery({
  name: 'app_export',
  listed: false,
  title: 'Describe an app as a file',
  description:
    'The whole description of an app (source, config names with fingerprints, domains, ports, scale, limits, checks, mounts, docker options, builder, nginx, links) as YAML for app_drift and app_apply. Values stay on the host.',
  input: z.strictObject({ app }),
  output: z.object({ app: z.string(), document: z.string(), notes: z.array(z.string()) }),
  async run({ app }, context) {
    const { description, notes } = describeState(await readState(context, app), context.fingerprint);
    const text = writeDocument(description, notes);
    return { data: { app, document: text, notes: [...notes] }, text };
  },
});

export const appDrift = defineQuery({
  name: 'app_drift',
  listed: false,
  title: 'Compare an app with its description',
  description:
    'In what an app differs from a document as app_export writes it. Only parts that the document has are compared; values of config variables are compared and never shown.',
  input: z.strictObject({ document, app: as }),
  output: z.object({ app: z.string(), same: z.boolean(), differences: z.array(DifferenceFact) }),
  async run(input, context) {
    const wanted = readDocument(input.document, input.app);
    const state = await readState(context, wanted.app);
    const { differences } = await compare(wanted, state, context);
    const data = {
      app: wanted.app,
      same: differences.length === 0,
      differences: differences.map((difference) => ({ ...difference })),
    };
    const told = differences.map((one) => `- ${describeDifference(one)}`);
    const text = data.same
      ? `${wanted.app} is as described.`
      : `${wanted.app} differs from its description:\n${told.join('\n')}\napp_apply with mode: plan shows what would mend it.`;
    return { data, text };
  },
});

export const appApply = defineChange({
  name: 'app_apply',
  listed: false,
  title: 'Make an app as described',
  description:
    'Turns an app into what a document says, as app_export writes it; makes the app where there is none. Parts in the document are made exactly so (what is there beyond them is removed), absent parts are left alone. Deploys when the source differs, else restarts when that is needed. mode: plan shows the drift as commands.',
  effect: 'disruptive',
  idempotent: true,
  input: z.strictObject({ document, app: as, restart }),
  output: z.object({
    app: z.string(),
    same: z.boolean(),
    left: z.array(DifferenceFact),
    deploy: z.string().optional(),
  }),
  async plan(input, context) {
    const wanted = readDocument(input.document, input.app);
    context.apps.invalidate(wanted.app);
    const names = await context.apps.names(context.signal);
    const there = names.includes(wanted.app);
    const state = there ? await readState(context, wanted.app) : absentState(wanted.app);
    const plan = await planDescription({ wanted, state, restart: input.restart }, context);
    return {
      ...plan,
      summary: there ? `Make ${wanted.app} as described` : `Create ${wanted.app} as described`,
    };
  },
  async readBack(input, context, done) {
    const wanted = readDocument(input.document, input.app);
    const { left, deployment } = await settled(wanted, context, done);
    const rest = left.filter(isByHand).map((one) => `\nLeft to do: ${describeDifference(one)}`);
    return {
      data: {
        app: wanted.app,
        same: left.length === 0,
        left: left.map((one) => ({ ...one })),
        ...(deployment === undefined ? {} : { deploy: deployment.id }),
      },
      text: `${wanted.app} is as described; read back equal.${tellJob(deployment, context)}${rest.join('')}`,
    };
  },
});
