"""A full example of any struct of the contracts: every field set, nothing left to its default."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, inspect

TEXTS = (
    *("Amara", "dana@example.com", "intro-call", "#1a73e8", "https://example.com", "https://example.com/a"),
    *("09:00", "EUR", "key"),
)
"""One of these fits each pattern that the contracts know."""
MOMENT = "2030-01-02T03:04:05Z"
ID = "01930000-0000-7000-8000-000000000000"


def example(kind: type[Struct]) -> dict[str, Any]:
    """The struct as it travels, with one of each that a list or a mapping may hold."""
    built: dict[str, Any] = _of(inspect.type_info(kind))
    return built


def _of(info: inspect.Type) -> Any:
    match info:
        case inspect.Metadata(type=described):
            return _of(described)
        case inspect.StructType(fields=fields):
            tag = {} if info.tag_field is None else {info.tag_field: info.tag}
            return tag | {field.encode_name: _of(field.type) for field in fields}
        case inspect.UnionType(types=types):
            return _of(next(one for one in types if not isinstance(one, inspect.NoneType)))
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return [_of(item)]
        case inspect.DictType(key_type=key, value_type=value):
            return {_of(key): _of(value)}
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.StrType():
            return _text(info)
        case inspect.IntType(ge=least):
            return 1 if least is None else least
        case inspect.BoolType():
            return True
        case inspect.UUIDType():
            return ID
        case inspect.DateTimeType():
            return MOMENT
        case inspect.DateType():
            return MOMENT[:10]
        case inspect.AnyType():
            return "anything"
    raise TypeError(f"say here what an example of {info} is")


def _text(info: inspect.StrType) -> str:
    wanted = Meta(pattern=info.pattern, min_length=info.min_length, max_length=info.max_length)
    for text in TEXTS:
        try:
            msgspec.convert(text, Annotated[str, wanted])
        except msgspec.ValidationError:
            continue
        return text
    raise TypeError(f"add a text to TEXTS that fits {info}")
