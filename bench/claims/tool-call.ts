import { type Item, judge } from '../report.ts';
import { run, type Stage } from '../stage.ts';
import { estimate, ratios } from '../statistics.ts';
import { expectBody, typicalMs } from '../stub.ts';
import { inTurns } from '../turns.ts';

/**
 * A whole tool call: client, our server, sshd and a command that computes as long as a typical one of Dokku, against
 * that command alone. Each call asks for another app, so nothing can be answered from memory.
 */
export async function toolCallClaims(stage: Stage): Promise<Item[]> {
  const { stub, transport, effort } = stage;
  const session = await stage.session(stage.sshd);
  const times = await inTurns(
    {
      here: async () => expectBody(await stub.runHere(stub.issue('domains:report', 'here'))),
      channel: async () => expectBody(await run(transport, stub.issue('domains:report', 'channel'))),
      tool: async () => {
        const [name = '', app = ''] = stub.issue('domains:report', 'tool').split(' ');
        const answer = await session.call('command_query', { name, args: [app] });
        if (answer.isError) throw new Error(answer.text);
        expectBody(String(answer.data.stdout));
      },
    },
    { rounds: effort.rounds(150, 20), warmUps: 10 },
  );
  const work = `${typicalMs} ms of work`;
  return [
    judge(
      `tool call / command run locally, ${work}`,
      'x',
      estimate(ratios(times.tool, times.here)),
      effort.goal({ most: 1.25 }, { most: 2.5 }),
    ),
    judge(
      `tool call / command run locally, ${work}, p95`,
      'x',
      estimate(ratios(times.tool, times.here), 0.95),
    ),
    judge(`command run locally, ${work}`, 'ms', estimate(times.here)),
    judge(`command over our transport, ${work}`, 'ms', estimate(times.channel)),
    judge(`tool call, ${work}`, 'ms', estimate(times.tool)),
  ];
}
