import { arrange, type Finding } from './finding.ts';
import { judgeApps } from './findings-apps.ts';
import { judgeAttachments } from './findings-attachments.ts';
import { judgeAbout, judgeServer } from './findings-host.ts';
import { judgePorts } from './findings-ports.ts';
import { judgeRouting } from './findings-routing.ts';
import { judgeTrends, type Sample } from './samples.ts';
import type { HostSurvey } from './survey.ts';

/** Everything that needs attention on a host, most severe first. Pure: what was read decides. `more` is what others found. */
export function review(
  survey: HostSurvey,
  samples: readonly Sample[] = [],
  more: readonly Finding[] = [],
): readonly Finding[] {
  return arrange([
    ...judgeAbout(survey.about),
    ...judgeServer(survey),
    ...judgeApps(survey),
    ...judgeRouting(survey),
    ...judgePorts(survey),
    ...judgeAttachments(survey),
    ...judgeTrends(samples, survey.at),
    ...more,
  ]);
}
