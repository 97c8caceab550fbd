/** Who sends a notification. */
export interface Sender {
  /** The controller's host name. */
  readonly from: string;
  /** Where its page is, as it is known to the controller itself. */
  readonly url: string;
  /** Marked as such: what a dry run tells of is not what the controller in charge does. */
  readonly dryRun: boolean;
}
