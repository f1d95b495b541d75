export function bundle(entry: string, outfile: string, firstLine?: string): Promise<void>;
