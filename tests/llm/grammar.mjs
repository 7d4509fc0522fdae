// grammarOf(schema): the JSON texts of a JSON Schema as a grammar (GBNF) that a small model is held to. Texts and lists are
// kept short: a model of this size would else go on for ever. A space may stand where people write one: without it models
// say what they would not say. An element is one of `ids`, those that the question shows.
// Knows what our own requests hold and no more.
const kTerminals = `
char ::= [^"\\\\\\x00-\\x1F] | "\\\\" ["\\\\/bfnrt]
text ::= "\\"" char{0,120} "\\""
space ::= " "?
integer ::= "-"? ("0" | [1-9] [0-9]{0,9})
number ::= integer ("." [0-9]{1,6})?
value ::= text | number | "true" | "false" | "null"
`;
const kElementId = "^\\d+-\\d+$";
const kLongestList = 12;

const literal = (value) => JSON.stringify(JSON.stringify(value));

export function grammarOf(root, ids) {
  const rules = [];
  const named = new Map();  // of references, which may be recursive
  const rule = (body) => { rules.push(`r${rules.length} ::= ${body}`); return `r${rules.length - 1}`; };

  const isElement = (schema) => ids.length > 0 && schema.pattern === kElementId;

  function reference(path) {
    if (!named.has(path)) {
      named.set(path, `n${named.size}`);
      const target = path.replace(/^#\//, "").split("/").reduce((at, step) => at[step], root);
      const name = named.get(path);
      rules.push(`${name} ::= ${of(target)}`);
    }
    return named.get(path);
  }

  function object(schema) {
    const members = Object.entries(schema.properties ?? {}).map(([key, inner]) => `${literal(key)} ":" space ${of(inner)}`);
    return rule(`"{" ${members.join(' "," space ')} "}"`);
  }

  function of(schema) {
    if (schema.$ref) return reference(schema.$ref);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return rule(choices.map(of).join(" | "));
    if (schema.enum) return rule(schema.enum.map(literal).join(" | "));
    if ("const" in schema) return rule(literal(schema.const));
    if (Array.isArray(schema.type)) return rule(schema.type.map((type) => of({...schema, type})).join(" | "));
    switch (schema.type ?? (schema.properties ? "object" : "")) {
      case "object": return object(schema);
      case "array": {
        const item = of(schema.items ?? {});
        return rule(`"[" (${item} ("," space ${item}){0,${kLongestList - 1}})? "]"`);
      }
      case "string": return isElement(schema) ? rule(ids.map(literal).join(" | ")) : "text";
      case "integer": return "integer";
      case "number": return "number";
      case "boolean": return rule('"true" | "false"');
      case "null": return rule('"null"');
      default: return "value";
    }
  }

  const start = of(root);
  return `root ::= ${start}\n${rules.join("\n")}${kTerminals}`;
}
