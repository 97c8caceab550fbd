/** The end of a command that could not do its work: thrown from anywhere in the CLI, told once, in main.ts. */

/** `message`: what failed, where, and what to do; several lines are fine. It is made safe when it is printed. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}
