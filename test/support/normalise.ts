/** What no two hosts can have in common, and the word that takes its place. Nothing else is touched. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?(?: UTC)?/g, '<time>'],
  [
    /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d (?:\d{4} )?(?:GMT|UTC)?/g,
    '<date>',
  ],
  [/\b1[78]\d{8}\b/g, '<epoch>'],
  [/("duration":")[^"]*(")/g, '$1<duration>$2'],
  [/\b(DONE|done|in) \d+\.\d+s/g, '$1 <duration>'],
  [/( \d+\.\d+s)? done$/gm, ' done'],
  [/^(#\d+) \d+\.\d{1,3} /gm, '$1 <duration> '],
  [/("pid":)\d+/g, '$1<pid>'],
  [/\b(DOKKU_PID=)\d+/g, '$1<pid>'],
  [/\bsha256:[0-9a-f]{64}\b/g, '<sha256>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/\b[0-9a-f]{40}\b/g, '<sha>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '<id>'],
  [/\(CID: [0-9a-f]+\)/g, '(CID: <id>)'],
  [/ task \([0-9a-f]{9}\)/g, ' task (<id>)'],
  [/\b[0-9a-f]{7,10}(\.{2,3})[0-9a-f]{7,10}\b/g, '<sha>$1<sha>'],
  [/\bRandom port \d+/g, 'Random port <port>'],
  [/:(?:3[3-9]|4\d|5\d)\d{3}\b/g, ':<port>'],
  [/\bupcoming-\d+/g, 'upcoming-<n>'],
  [/\brun\.\d+/g, 'run.<n>'],
  [/\b172\.\d+\.\d+\.\d+\b/g, '<ip>'],
  [/\/tmp\/[^\s'"\]):,]+/g, '/tmp/<path>'],
  [/\blegacy-[0-9a-f]+\b/g, 'legacy-<hash>'],
  [/\b\d+(?:\.\d+)?[kM]?B (done|\/)/g, '<bytes> $1'],
  [/\b(?=[0-9a-z]*\d)m[0-9a-z]{13}\b/g, '<build>'],
  [/^(<build> +\w+ +\w+ +)\d+( .*)$/gm, '$1<pid>$2'],
  [/^(<build> .*<time> +)\S+$/gm, '$1<duration>'],
  [/^( *Build pid: +)\d+$/gm, '$1<pid>'],
  [/("Pid": )[1-9]\d*/g, '$1<pid>'],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, '<mac>'],
  [/\btick \d+$/gm, 'tick <n>'],
];

/** Lines that health checks print at the same time, in an order that is chance. */
const concurrent = /(?:^ {7}(Running healthcheck|Healthcheck succeeded) .*\n){2,}/gm;

/** The columns of a table are as wide as its widest process id. */
function withoutPadding(text: string): string {
  return text.startsWith('Build ID ') ? text.replace(/ {2,}/g, '  ') : text;
}

/** The text with everything replaced that differs between two hosts that did the same. */
export function normalise(text: string): string {
  const shown = rules.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text);
  return withoutPadding(shown).replace(
    concurrent,
    (block) => `${block.trimEnd().split('\n').sort().join('\n')}\n`,
  );
}
