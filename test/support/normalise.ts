/** What no two hosts can have in common, and the word that takes its place. Nothing else is touched. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/(?<!\d)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?(?: UTC)?/g, '<time>'],
  [
    /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d (?:\d{4} )?(?:GMT|UTC)?/g,
    '<date>',
  ],
  [/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\b/g, '<time>'],
  [/(\[emerg\] )\d+#\d+/g, '$1<pid>'],
  // An ACME server's names for its resources and challenges.
  [/\b(authZ|acme-challenge)\/[\w-]{43}/g, '$1/<token>'],
  // How much of a certificate's time is left: the last minute is a matter of how long commands take.
  [/\b(\d+d, \d+h, \d+m), \d+s/g, '$1, <s>'],
  // Modification time and checksum in the header of a tar archive.
  [/\b\d{11}\0\d{6}\0/g, '<mtime>'],
  [/\[\d\d\/[A-Z][a-z]{2}\/\d{4}(?::\d\d){3} [+-]\d{4}\]/g, '[<time>]'],
  [/\b1[78]\d{8}\b/g, '<epoch>'],
  [/\b(Random port) \d+/g, '$1 <port>'],
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
  [/\bmw[0-9a-z]{12}\b/g, '<build>'],
  [/^(<build> +\w+ +\w+ +)\d+( .*)$/gm, '$1<pid>$2'],
  [/^(<build> .*<time> +)\S+$/gm, '$1<duration>'],
  [/^( *Build pid: +)\d+$/gm, '$1<pid>'],
  [/("build-pid":")\d+/g, '$1<pid>'],
  [/(?<=\bSHA256:)\S{43}(?= dokku@)/g, '<fingerprint>'],
  [/(?<=\bssh-ed25519 )\S+(?= dokku@)/g, '<key>'],
  [/^\|[ .o+=*BOX@%&#/^SE]{17}\|$/gm, '|<picture>|'],
  [/(?::\/var\/lib\/docker\/overlay2\/[0-9a-z<>]+\/diff)+/g, ':<layers>'],
  [/^\d+\.\d{3} (?=\S)/gm, '<duration> '],
  [/("build-pid":")\d+/g, '$1<pid>'],
  [/\bSHA256:[A-Za-z0-9+/]{43}\b/g, 'SHA256:<fingerprint>'],
  [/^\|.{17}\|$/gm, '|<picture>|'],
  [/\bssh-(ed25519|rsa) AAAA[A-Za-z0-9+/=]+/g, 'ssh-$1 <key>'],
  [/("Pid": )[1-9]\d*/g, '$1<pid>'],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, '<mac>'],
  // Which replaced containers are left is a matter of when the host's own timer ran last.
  [/^ +Attempting to retire \S+ container <id>\n/gm, ''],
  [/\btick \d+$/gm, 'tick <n>'],
  [/^( +tick <n>\n)+/gm, '$1'],
  // The ssh client's own word after a session with a terminal.
  [/^Shared connection to \S+ closed\.\r?\n/gm, ''],
  // A short address is filled up with more blanks.
  [/(Internal ip: +<ip>) +$/gm, '$1'],
  // Generated passwords of data services; those that a story sets itself stay.
  [/(?<=:\/\/[\w-]*:)[0-9a-f]{32}(?=@)/g, '<password>'],
  [/(?<=:\/\/[\w-]*:)[0-9a-f]{16}(?=@)/g, '<password>'],
  // A port that `expose` chose itself cannot be told from one that was asked for.
  [/(?<=\d->)\d+(?= )/g, '<port>'],
  [/( *\d+-><port>) +$/gm, '$1'],
  [/(?<=already exposed on port\(s\) )\d+/g, '<port>'],
  [/(?<!\d)\d{4}(?:-\d\d){5}(?!\d)/g, '<stamp>'],
  // Names of processes and figures in the logs of the database servers.
  [/(?<=<time> \[)\d+(?=\] [A-Z]+: )/g, '<pid>'],
  [/(?<=\(PID )\d+(?=\) exited)/g, '<pid>'],
  [/(?<=checkpoint complete: ).*/g, '<figures>'],
  [/\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d\.\d{3}/g, '<date>'],
  [/^( *)\d+:C (?=<date> \*)/gm, '$1<pid>:C '],
  [/(?<=Background saving started by pid )\d+/g, '<pid>'],
  // initdb warns on its other stream, which docker mixes in anywhere.
  [/^ *initdb: (?:warning|hint): .*\n/gm, ''],
  // How long redis's export waits for its save is a matter of the moment.
  [/^(Warning: Using a password with .*\n){2,}/gm, '$1'],
  // When a dump was made, and what follows from it.
  [/(?<=PGDMP[\s\S]{11})(?:\0[\s\S]\0\0\0){7}/g, '<clock>'],
  [/(?<=\x05ctime)[\s\S]*?(?=.\x08aof-base)/g, '<facts>'],
  [/(?<=aof-base[\s\S]*)(?<=[\s\S])\ufffd[^\n]{1,12}$/g, '<checksum>'],
  [/(?::?\/var\/lib\/docker\/overlay2\/[\w<>-]+\/diff)+/g, '<layers>'],
  [/^\d+\.\d{3} /gm, '<duration> '],
];

/** How a container waits for a server that does not come: its two streams mix in another way each time. */
const waiting = /^(Waiting for \S+ ) [\s\S]*? ERROR: unable to connect\n\.?/gm;

/** What a server prints at every start, where docker starts it again and again: how often is a matter of time. */
const restarts = [
  /(^ *PostgreSQL Database directory appears .*\n\s*?.* FATAL: .*\n\n?)(?:^ *PostgreSQL Database directory appears .*\n\s*?.* FATAL: .*\n\n?)+/gm,
  /(\n? *\*\*\* FATAL CONFIG FILE ERROR .*\n(?: *(?:Reading|>>>|Bad) .*\n)+)\1+/g,
  /(^ *Error: in 18\+, [\s\S]*?discussion around this process.*\n)\1+/gm,
  /(^ *1:C <date> # oO0OoO0[\s\S]*?)\1+/gm,
];

/** Lines that health checks print at the same time, in an order that is chance. */
const concurrent = /(?:^ {7}(Running healthcheck|Healthcheck succeeded) .*\n){2,}/gm;

/** What a build step prints on both streams, read from two pipes at once. */
const interleaved = /(?:^(?:#\d+ )?<duration> .*\n){2,}/gm;

/** Log lines of several processes: each process's lines are in order, the processes are not. */
const logged = /(?:^\u001b\[\d+m<time> app\[[^\]]+\]:.*\n){2,}/gm;

/** Steps that the builder had cached, which it reports in an order that is chance. */
const cached = /(?:^#\d+ \[\d+\/\d+\] .*\n#\d+ CACHED\n\n){2,}/gm;

/** The columns of a table are as wide as its widest process id or container name. */
function withoutPadding(text: string): string {
  return /^(Build ID|NAMES) /m.test(text) ? text.replace(/ {2,}/g, '  ') : text;
}

/** The text with everything replaced that differs between two hosts that did the same. */
export function normalise(text: string): string {
  const shown = rules.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text);
  const calm = restarts.reduce(
    (rest, pattern) => rest.replace(pattern, '$1'),
    shown.replace(
      waiting,
      (text, head: string) => `${head}${text.includes('nc: ') ? '<refused>' : '<tries>'}\n`,
    ),
  );
  return withoutPadding(calm)
    .replace(concurrent, (block) => sorted(block.split(/(?<=\n)/)))
    .replace(interleaved, (block) => sorted(block.split(/(?<=\n)/)))
    .replace(logged, (block) => byProcess(block.split(/(?<=\n)/)))
    .replace(cached, (block) => sorted(block.replace(/^#\d+/gm, '#<n>').split(/(?<=\n\n)/)));
}

function sorted(parts: readonly string[]): string {
  return [...parts].sort().join('');
}

function byProcess(lines: readonly string[]): string {
  const process = (line: string): string => /app\[([^\]]+)\]/.exec(line)?.[1] ?? '';
  return [...lines].sort((a, b) => process(a).localeCompare(process(b))).join('');
}
