/** One flag of the command line; --help and the parser are made from the table. */
export interface Flag {
  long: string;
  short?: string;
  /** What its value is called; a flag without one is on or off. */
  value?: string;
  help: string;
  /** May be given more than once. */
  repeatable?: true;
  /** What skbtracer and others call it. */
  also?: readonly string[];
}
