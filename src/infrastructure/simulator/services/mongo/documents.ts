/** What a document server keeps: documents as JSON texts, by collection. */
export interface DocumentStore {
  readonly kind: 'documents';
  readonly collections: Map<string, string[]>;
}

export const createDocumentStore = (): DocumentStore => ({ kind: 'documents', collections: new Map() });
