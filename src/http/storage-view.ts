/** The file servers, worked out once for all who ask. */
import { storageStatus } from "../control/storage-status.ts";
import { remembered } from "./remembered.ts";

/** Empty before the first tick, and where retask.yaml names none. */
export const storageNow = remembered((controller) =>
  controller.last === null ? [] : storageStatus(controller, controller.last),
);
