import type { DokkuClient } from '../../application/ports.ts';
import { DomainError } from '../../domain/errors.ts';
import { parseJsonReports, parseTextReports, type Report, unexpected } from './report.ts';

/**
 * Reads the report of one app, as JSON where the host has that. Before 0.38 most shell plugins know no JSON: they
 * refuse the option or answer with text; the reader notices that once for each report and then asks for text.
 */
export class ReportReader {
  readonly #client: DokkuClient;
  readonly #textOnly = new Set<string>();

  constructor(client: DokkuClient) {
    this.#client = client;
  }

  /** Faults: those of the client, and UNEXPECTED_OUTPUT. */
  async one(command: string, app: string, signal: AbortSignal): Promise<Report> {
    if (!this.#textOnly.has(command)) {
      try {
        const { stdout } = await this.#client.execute(
          { name: command, args: [app, '--format', 'json'] },
          { signal },
        );
        const [report] = parseJsonReports(command, stdout);
        if (report === undefined) throw unexpected(command, 'it is empty', stdout);
        return report;
      } catch (error) {
        if (!knowsNoJson(error)) throw error;
      }
    }
    const { stdout } = await this.#client.execute({ name: command, args: [app] }, { signal });
    const report = parseTextReports(command, stdout).get(app);
    if (report === undefined) throw unexpected(command, `it has no report of ${app}`, stdout);
    this.#textOnly.add(command);
    return report;
  }
}

function knowsNoJson(error: unknown): boolean {
  if (DomainError.is(error, 'UNEXPECTED_OUTPUT')) return error.details.excerpt.startsWith('=====>');
  return DomainError.is(error, 'USAGE');
}
