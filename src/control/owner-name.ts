/** How a controller calls itself in the owner file beside the boot links: a copied store on another computer is another one (S6). */
import { hostname } from "node:os";

export const ownerName = (storeId: string): string => `${hostname()}/${storeId}`;
