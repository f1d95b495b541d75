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
  [/^(#\d+) \d+\.\d{1,3} /gm, '$1 <duration> '],
  [/("pid":)\d+/g, '$1<pid>'],
  [/\b(DOKKU_PID=)\d+/g, '$1<pid>'],
  [/\bsha256:[0-9a-f]{64}\b/g, '<sha256>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/\b[0-9a-f]{40}\b/g, '<sha>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '<id>'],
  [/\(CID: [0-9a-f]+\)/g, '(CID: <id>)'],
  [/\b[0-9a-f]{7,10}\.\.[0-9a-f]{7,10}\b/g, '<sha>..<sha>'],
  [/\bupcoming-\d+/g, 'upcoming-<n>'],
  [/\brun\.\d+/g, 'run.<n>'],
  [/\b172\.\d+\.\d+\.\d+\b/g, '<ip>'],
  [/\/tmp\/[^\s'"\]):,]+/g, '/tmp/<path>'],
  [/\blegacy-[0-9a-f]+\b/g, 'legacy-<hash>'],
  [/\b\d+(?:\.\d+)?[kM]?B (done|\/)/g, '<bytes> $1'],
  [/\b(?=[0-9a-z]*\d)mi[0-9a-z]{12}\b/g, '<build>'],
];

/** The text with everything replaced that differs between two hosts that did the same. */
export function normalise(text: string): string {
  return rules.reduce((shown, [pattern, word]) => shown.replace(pattern, word), text);
}
