import { FileStore } from '../infrastructure/state/file-store.ts';
export const x = FileStore;
