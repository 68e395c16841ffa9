/** What a member is: an expression of `from`, in JavaScript, or a function of it. */
export type Member<From> = string | ((from: From) => unknown);

/**
 * Makes objects with these members. It is compiled as the literal that one would write: an object whose names are
 * computed takes twenty times as long to make, and may become a hash table. Names and expressions are the program's
 * own, never text from outside.
 */
export function literalOf<From, Made>(
  members: readonly (readonly [name: string, Member<From>])[],
): (from: From) => Made {
  const functions = members.flatMap(([, member]) => (typeof member === 'string' ? [] : [member]));
  const names = functions.map((_, index) => `member${index}`);
  const written = members.map(([name, member]) =>
    typeof member === 'string' ? `${name}: ${member}` : `${name}: ${names[functions.indexOf(member)]}(from)`,
  );
  const made = new Function(...names, `return (from) => ({ ${written.join(', ')} });`);
  return made(...functions) as (from: From) => Made;
}
