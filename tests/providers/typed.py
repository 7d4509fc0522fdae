"""Whether a value of JSON fits a request type of a provider's package: TypedDicts and pydantic models with all they refer to.
Nothing is coerced, members that the type does not name are misfits, and of a union one member has to fit as a whole."""

import base64
import collections.abc
import enum
import types
import typing

import pydantic
import typing_extensions

WRAPPERS = (typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.ReadOnly, typing.Required,
            typing.NotRequired)
ALIASES = (typing_extensions.TypeAliasType, getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType))
LISTS = (list, tuple, collections.abc.Iterable, collections.abc.Sequence, collections.abc.Collection)
MAPS = (dict, collections.abc.Mapping)
PLAIN = {str: str, bool: bool, int: int, float: (int, float)}
MOST_TOLD = 60  # characters of a value in a misfit


def told(value):
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value)
    return text if len(text) <= MOST_TOLD else text[:MOST_TOLD] + "…"


def is_typed_dict(hint):
    return isinstance(hint, type) and issubclass(hint, dict) and hasattr(hint, "__total__")


def members_of(hint):
    """{name: (type, required)} of a TypedDict or a pydantic model."""
    if is_typed_dict(hint):
        out = {}
        for name, each in typing_extensions.get_type_hints(hint, include_extras=True).items():
            required = name in hint.__required_keys__
            while typing_extensions.get_origin(each) in (*WRAPPERS, typing_extensions.Annotated, typing.Annotated):
                if typing_extensions.get_origin(each) in (typing_extensions.Required, typing.Required):
                    required = True
                elif typing_extensions.get_origin(each) in (typing_extensions.NotRequired, typing.NotRequired):
                    required = False
                each = typing_extensions.get_args(each)[0]
            out[name] = (each, required)
        return out
    return {field.alias or name: (field.annotation, field.is_required()) for name, field in hint.model_fields.items()}


CACHE = {}


def cached_members(hint):
    if hint not in CACHE:
        CACHE[hint] = members_of(hint)
    return CACHE[hint]


def misfits(value, hint, path=""):
    """[(path, what is wrong)], empty when it fits; numbers of lists are left out of paths."""
    if isinstance(hint, ALIASES):
        return misfits(value, hint.__value__, path)
    origin, arguments = typing_extensions.get_origin(hint), typing_extensions.get_args(hint)
    if isinstance(origin, ALIASES):
        return misfits(value, origin.__value__[arguments], path)
    if origin in WRAPPERS or origin in (typing_extensions.Annotated, typing.Annotated):
        return misfits(value, arguments[0], path)
    if hint in (typing.Any, object):
        return []
    if hint in (None, type(None)):
        return [] if value is None else [(path, f"{told(value)} is not null")]
    if origin in (typing.Literal, typing_extensions.Literal):
        fits = any(value == one and isinstance(value, type(one)) for one in arguments)
        return [] if fits else [(path, f"{told(value)} is none of the values there are")]
    if origin in (typing.Union, types.UnionType):
        return best(value, arguments, path)
    if is_typed_dict(hint) or (isinstance(hint, type) and issubclass(hint, pydantic.BaseModel)):
        return of_object(value, hint, path)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        names = {str(one.value).upper() for one in hint}
        return [] if str(value).upper() in names else [(path, f"{told(value)} is none of the values there are")]
    if origin in MAPS or hint in MAPS:
        return of_map(value, arguments, path)
    if origin in LISTS or (isinstance(origin, type) and "Sequence" in origin.__name__):
        return of_list(value, arguments[0] if arguments else typing.Any, path)
    if hint is bytes:
        return of_bytes(value, path)
    if hint in PLAIN:
        fits = isinstance(value, PLAIN[hint]) and (hint is bool or not isinstance(value, bool))
        return [] if fits else [(path, f"{told(value)} is no {hint.__name__}")]
    return [(path, f"{told(value)} is no {getattr(hint, '__name__', hint)}")]


def of_object(value, hint, path):
    if not isinstance(value, dict):
        return [(path, "no object" if isinstance(value, (list, str)) else f"{told(value)} is no object")]
    members, out = cached_members(hint), []
    for name, inner in value.items():
        if name in members:
            out += misfits(inner, members[name][0], f"{path}.{name}" if path else name)
        elif not extras_allowed(hint):
            out.append((f"{path}.{name}" if path else name, "no such member"))
    return out + [(f"{path}.{name}" if path else name, "missing") for name, (_, required) in members.items()
                  if required and name not in value]


def extras_allowed(hint):
    return isinstance(hint, type) and issubclass(hint, pydantic.BaseModel) and hint.__name__ in OPEN_MODELS


OPEN_MODELS = {"Property", "Parameters"}  # a part of JSON Schema each, of which a package names the common members


def of_map(value, arguments, path):
    if not isinstance(value, dict):
        return [(path, f"{told(value)} is no object")]
    inner = arguments[1] if len(arguments) == 2 else typing.Any
    return [one for name, each in value.items() for one in misfits(each, inner, f"{path}.{{}}")]


def of_list(value, inner, path):
    if not isinstance(value, list):
        return [(path, f"{told(value)} is no list")]
    return [one for each in value for one in misfits(each, inner, f"{path}[]")]


def of_bytes(value, path):
    try:
        base64.b64decode(value, validate=True)
    except (ValueError, TypeError):
        return [(path, f"{told(value)} is no base64")]
    return []


def best(value, arguments, path):
    """The misfits of the member that is nearest: with the same `type` and `role`, then with the fewest."""
    nearest = None
    for one in arguments:
        wrong = misfits(value, one, path)
        if not wrong:
            return []
        marks = {f"{path}.{name}" if path else name for name in ("type", "role")}
        another = any(where in marks for where, what in wrong)
        shape = any(where == path for where, what in wrong)
        rank = (another + 2 * shape, len(wrong))
        if nearest is None or rank < nearest[0]:
            nearest = (rank, wrong)
    return nearest[1]
