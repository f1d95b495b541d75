/** Replaces every literal secret in a text, also in the forms in which Dokku quotes it. Empty secrets are ignored. */
export function mask(text: string, secrets: readonly string[] | undefined): string {
  const forms = new Set<string>();
  for (const secret of secrets ?? []) {
    if (secret === '') continue;
    const quoted = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, quoted, secret.replaceAll("'", "'\\''"), ...lines(secret)]) forms.add(form);
  }
  return [...forms]
    .sort((a, b) => b.length - a.length)
    .reduce((masked, form) => masked.replaceAll(form, '********'), text);
}

/** A multi-line secret comes back a line at a time; very short lines would mask ordinary text. */
function lines(secret: string): readonly string[] {
  return secret.includes('\n') ? secret.split(/\r?\n/).filter((line) => line.length >= 6) : [];
}
