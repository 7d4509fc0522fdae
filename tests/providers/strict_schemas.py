"""The part of JSON Schema that strict modes know, as OpenAI describes it for its structured outputs."""

import json

KNOWN = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "description", "title", "$ref",
         "$defs", "definitions", "pattern", "format", "multipleOf", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum",
         "minItems", "maxItems"}
FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
DEEPEST = 10
MOST_PROPERTIES = 5000


def faults(schema):
    """Names of what is not known there, each with what it was in parentheses."""
    if "anyOf" in schema or schema.get("type") != "object":
        yield "a strict schema whose root is no object"
    if unknown := sorted({name for one in every(schema) for name in one if name not in KNOWN}):
        yield f"words that strict schemas do not know ({', '.join(unknown)})"
    yield from of_one(schema, 1)
    if json.dumps(schema).count('"type"') > MOST_PROPERTIES:
        yield "a strict schema with too many properties"


def below(schema):
    yield from schema.get("properties", {}).values()
    yield from schema.get("$defs", {}).values()
    yield from schema.get("anyOf", [])
    if "items" in schema:
        yield schema["items"]


def every(schema):
    if isinstance(schema, dict):
        yield schema
        for each in below(schema):
            yield from every(each)


def of_one(schema, depth):
    if not isinstance(schema, dict):
        yield f"a strict schema that is no object ({schema})"
        return
    if not {"type", "anyOf", "$ref"} & set(schema):
        yield f"a strict schema without a type ({json.dumps(schema)[:80]})"
    if "format" in schema and schema["format"] not in FORMATS:
        yield f"a format that strict schemas do not know ({schema['format']})"
    if any(mark in schema.get("pattern", "") for mark in ("(?=", "(?!", "(?<")):
        yield f"look-around in a strict schema ({schema['pattern']})"
    if depth > DEEPEST:
        yield f"a strict schema that is nested deeper than {DEEPEST}"
        return
    kinds = schema.get("type")
    if kinds == "object" or (isinstance(kinds, list) and "object" in kinds):
        if schema.get("additionalProperties") is not False:
            yield f"free keys in a strict schema ({json.dumps(schema)[:80]})"
        if set(schema.get("required", [])) != set(schema.get("properties", {})):
            yield f"an optional property in a strict schema ({json.dumps(schema)[:80]})"
    if kinds == "array" and "items" not in schema:
        yield "a list without items in a strict schema"
    for each in below(schema):
        yield from of_one(each, depth + 1)
