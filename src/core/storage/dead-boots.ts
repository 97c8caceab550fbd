/** Why an operation has no future: a file server that it needs is dead. */
import type { Operation } from "../domain/operation.ts";
import type { StorageView } from "./storage-view.ts";

/** It is to boot from it, or boots already. */
export function deadBoot({ toImage }: Operation, view: StorageView): string | null {
  const server = view.serverOf(toImage);
  return view.isDead(server) ? `its file server ${server?.name} is dead` : null;
}

/** What hangs can't drain; only a hard operation gets it out. */
export function deadSource({ fromImage }: Operation, view: StorageView): string | null {
  const server = view.serverOf(fromImage);
  return view.isDead(server) ? `the file server that it runs from, ${server?.name}, is dead` : null;
}
