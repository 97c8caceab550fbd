/** Every kind of store, with its restart: the memory store must not be kinder than SQLite. */
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { openFile, temporaryFile } from "./temporary-store.ts";

interface Kind {
  readonly name: string;
  readonly open: () => Promise<{ store: Store; again: (store: Store) => Promise<Store> }>;
}

export const KINDS: readonly Kind[] = [
  { name: "memory", open: async () => ({ store: openMemoryStore(), again: async (store) => store }) },
  {
    name: "sqlite",
    open: async () => {
      const file = temporaryFile();
      const again = async (store: Store) => {
        await store.close();
        return openFile(file);
      };
      return { store: await openFile(file), again };
    },
  },
];
