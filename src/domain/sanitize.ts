/**
 * What text of a host may not contain when a person or a model reads it: terminal sequences (ECMA-48 CSI, OSC, DCS,
 * APC, PM and SOS strings, two-byte escapes), C0 and C1 controls except tab and line feed, bidirectional controls
 * (CVE-2021-42574), zero-width and other invisible characters, variation selectors and Unicode tags (which can carry
 * text that only a model would read), line and paragraph separators, lone surrogates.
 */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\n\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/gu;
const invisible = /(?![\n\t])\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\ufffc/gu;

/** Printable ASCII, line feeds and tabs: most text, and nothing to remove. */
const clean = /^[\n\t -~]*$/;

/**
 * Removes from host text whatever could steer a terminal, hide or reorder what is read. Line feeds and tabs stay; a
 * carriage return before a line feed goes with it, one inside a line becomes a line feed, so that overwritten
 * progress lines stay apart. Idempotent; never longer than the input.
 */
export function sanitize(text: string): string {
  if (clean.test(text)) return text;
  return text.replace(/\r+\n/g, '\n').replaceAll('\r', '\n').replace(sequences, '').replace(invisible, '');
}

/** One line of host text: as {@link sanitize}, and what a carriage return had overwritten is left out. */
export function sanitizeLine(line: string): string {
  const shown = line.replace(/\r+$/, '');
  return sanitize(shown.slice(shown.lastIndexOf('\r') + 1)).replaceAll('\n', ' ');
}

/** The first `limit` characters, with an ellipsis when there were more; never cuts a surrogate pair. */
export function cap(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
