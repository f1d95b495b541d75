import type { Phase } from './deployment.ts';
import { plainText } from './output.ts';

const LONGEST_MESSAGE = 160;

/** Marker lines of Dokku 0.38 per phase; anchored, because everything else on a line may be the app's. */
const MARKERS: readonly (readonly [RegExp, Phase])[] = [
  [/^-----> (?:Generating build context|Image exists on host|Pulling image|Force pulling image)/, 'fetch'],
  [
    /^-----> (?:Updating git repository with|Cloning \S+ from |Downloading \S+ file from |Fetching \S+ file from )/,
    'fetch',
  ],
  [/^ {7}Fetching remote code for /, 'fetch'],
  [/^-----> (?:Cleaning up\.\.\.|Building \S+ (?:from|with) )/, 'build'],
  [/^-----> (?:Releasing |Checking for (?:predeploy|release|heroku\.postdeploy) task)/, 'release'],
  [/^=====> Processing deployment checks/, 'start'],
  [/^-----> (?:Deploying |Scaling )/, 'start'],
  [/^ {7}Attempting pre-flight checks/, 'start'],
  [/^-----> Executing \d+ healthchecks/, 'health check'],
  [/^ !\s+Failure in name=/, 'health check'],
  [/^=====> Triggering early \S+ proxy rebuild/, 'proxy'],
  [/^-----> (?:Running post-deploy|Renaming containers|Checking for postdeploy task)/, 'end'],
  [/^=====> Application deployed:/, 'end'],
];

/** Where a deploy stands after the lines seen so far. */
export interface PhaseState {
  readonly phase: Phase;
  /** Inside a block of container, task or health-check text, which may say anything. */
  readonly inBlock: boolean;
}

export const initialPhase: PhaseState = { phase: 'unknown', inBlock: false };

/**
 * The state after one more line. Once Dokku runs its post-deploy steps the phase stays `end`: the second proxy pass
 * belongs to it.
 */
export function nextPhase(state: PhaseState, line: string): PhaseState {
  const text = plainText(line);
  if (/^=====> Start (?:of |healthcheck output$)/.test(text)) return { ...state, inBlock: true };
  if (/^=====> End (?:of |healthcheck output$)/.test(text)) return { ...state, inBlock: false };
  if (state.inBlock || state.phase === 'end') return state;
  const phase = MARKERS.find(([marker]) => marker.test(text))?.[1];
  return phase === undefined ? state : { ...state, phase };
}

/** The phase that the last of these lines belongs to. */
export function phaseOf(lines: readonly string[]): Phase {
  return lines.reduce(nextPhase, initialPhase).phase;
}

/**
 * A line as a progress message: without arrows, indentation and colour, cut to 160 characters. Undefined for lines
 * that say nothing to a reader: empty ones, docker's transfer details, the ids of containers.
 */
export function progressMessage(line: string): string | undefined {
  const text = plainText(line)
    .replace(/^(?:-----> |=====> |remote: | !\s+|\s+)/, '')
    .trim();
  if (
    text === '' ||
    /^[0-9a-f]{64}$/.test(text) ||
    /^#\d+ (?:transferring|DONE|CACHED|sha256:|extracting)/.test(text)
  ) {
    return undefined;
  }
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text;
}
