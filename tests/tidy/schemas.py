"""Reads the shapes of request bodies (src/json/shape.h) out of the C++ that says them, as (path, type, required) of each
field. It knows the few words of which shapes are made, and stops with an error at any other."""

import re

# Shapes that have a page or a section of their own, or whose inside is no field of ours: told by their names.
NAMED = {"model": "model", "variables": "variables", "json_schema": "JSON Schema"}
TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([\w:]+)|(.))', re.DOTALL)


class Shapes:
    """The shapes of some C++ texts: functions that return one, variables, and constants that bound one."""

    def __init__(self, texts):
        whole = "\n".join(re.sub(r"//[^\n]*", "", text) for text in texts)
        # A shape that asks for more than its parts say is told by the part that it holds.
        whole = re.sub(r"Shape\(\[(?:\w+ = )?([^\]]+)\]\(const (?:json::)?Value\*", r"held_shape(\1, (", whole)
        whole = re.sub(r"Shape shape\(\[\]\(const json::Value\*", "Shape shape = held_shape(each, (", whole)
        self.constants = dict(re.findall(r"constexpr std::size_t (k\w+) = (\d+);", whole))
        self.functions = {}
        for match in re.finditer(r"^(?:const json::Shape&|Shape|const Shape&) (\w+)\(\) \{(.*?)^\}", whole, re.MULTILINE | re.DOTALL):
            self.functions[match.group(1)] = match.group(2)

    def of(self, function):
        """The tree of a function's shape."""
        body = self.functions[function]
        names = {}
        for name, value in re.findall(r"const (?:json::)?Shape (\w+)\s*=\s*(.*?);\s*$", body, re.MULTILINE | re.DOTALL):
            names[name] = self.parse(value, names)
        returned = re.search(r"return (.*?);\s*\Z", body.strip(), re.DOTALL)
        if names and returned and returned.group(1).strip() in names:
            return names[returned.group(1).strip()]
        return self.parse(re.search(r"return (.*)", body, re.DOTALL).group(1), names)

    def parse(self, text, names):
        tokens = [next(group for group in match.groups() if group) for match in TOKEN.finditer(text.strip()) if match.group().strip()]
        tree, _ = self.expression(tokens, 0, names)
        return tree

    def expression(self, tokens, at, names):
        token = tokens[at]
        if token.startswith('"'):
            return token[1:-1], at + 1
        if token == "{":
            return self.several(tokens, at + 1, "}", names)
        word = token.rsplit("::", 1)[-1]
        if at + 1 == len(tokens) or tokens[at + 1] != "(":
            return names.get(word, self.constants.get(word, word)), at + 1
        if word == "held_shape":
            return self.expression(tokens, at + 2, names)[0], len(tokens)
        arguments, at = self.several(tokens, at + 2, ")", names)
        if word in NAMED:
            return {"kind": word}, at
        if word in self.functions and not arguments:
            return self.of(word), at
        return {"kind": word, "of": arguments}, at

    def several(self, tokens, at, end, names):
        out = []
        while tokens[at] != end:
            one, at = self.expression(tokens, at, names)
            out.append(one)
            if tokens[at] == ",":
                at += 1
        return out, at + 1


def type_of(shape):
    """In the words of the pages."""
    kind, parts = shape["kind"], shape.get("of", [])
    if kind in NAMED:
        return NAMED[kind]
    if kind in ("string", "number", "boolean"):
        return kind
    if kind in ("object", "by_word"):
        return "object"
    if kind == "strict_object":
        return "strict object"
    if kind == "any":
        return "anything"
    if kind == "url":
        return "URL"
    if kind == "text_of_length":
        return "string"
    if kind == "literal":
        return parts[0]
    if kind == "one_of":
        return "one of " + ", ".join(parts[0])
    if kind == "array_of":
        return "list of " + plural(type_of(parts[0]).removeprefix("one of "))
    if kind == "map_of":
        return "record of " + plural(type_of(parts[0]))
    if kind == "at_most":
        return f"{type_of(parts[1])}, at most {parts[0]}"
    if kind == "optional":
        return type_of(parts[0])
    if kind == "nullable":
        return type_of(parts[0]) + " or null"
    if kind == "either":
        out = []
        for part in parts[0]:
            if type_of(part) not in out:
                out.append(type_of(part))
        return " or ".join(out)
    raise ValueError(f"a shape of a kind that is not known: {kind}")


def plural(word):
    return word + "s" if word in ("string", "number", "object") else word


def fields(shape, path=""):
    """(path, type, required) of each field beneath a shape; of the entries of a list `[]` stands in the path."""
    kind, parts = shape["kind"], shape.get("of", [])
    if kind in ("object", "strict_object"):
        for name, inner in parts[0]:
            here = f"{path}.{name}" if path else name
            yield here, type_of(inner), inner["kind"] not in ("optional", "nullable")
            yield from fields(inner, here)
    elif kind in ("optional", "nullable"):
        yield from fields(parts[0], path)
    elif kind == "array_of":
        yield from fields(parts[0], path + "[]")
    elif kind == "at_most":
        yield from fields(parts[1], path)
    elif kind == "either":
        for part in parts[0]:
            yield from fields(part, path)
    elif kind == "by_word":
        for _, part in parts[1]:
            yield from fields(part, path)
