import { expect, it } from 'vitest';
import { openBench } from '../../test/support/context.ts';
import { operate } from './operate.ts';
import { appsCreate } from './operations/apps.ts';
import { appsList } from './operations/apps-list.ts';

it('runs queries at once and hands changes to the executor', async () => {
  const on = await openBench();
  try {
    const run = operate(on.executor, on.accepted, () => on.context);
    await run(on.call(appsCreate, { app: 'shop' }));
    expect(on.audit.intents).toMatchObject([{ operation: 'apps_create' }]);
    const query = {
      ...on.call(appsCreate, { app: 'x' }),
      operation: appsList,
      input: appsList.input.parse({}),
    };
    const { answer, plan } = await run(query);
    expect(answer?.data).toMatchObject({ total: 1 });
    expect(plan).toBeUndefined();
    expect(on.audit.intents).toHaveLength(1);
  } finally {
    await on.close();
  }
});
