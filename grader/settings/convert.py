"""Turn settings into records, refusing in plain words what does not fit."""

from __future__ import annotations

import datetime
import difflib
import re
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from grader.settings.toml_file import Keys, SettingError, dotted

T = TypeVar("T")


def convert(data: Any, kind: type[T], keys: Keys = ()) -> T:
    """The record that settings describe.

    Args:
        data: As read from TOML.
        kind: A record type.
        keys: Where in the file the data stand.

    Raises:
        SettingError: A key is unknown or missing, or a value is not what it should be.
    """
    _check(data, kind, keys, _places(kind))
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:  # of a type that is not looked into, such as pairs
        raise SettingError(keys, str(error)) from error


def _check(value: Any, kind: Any, keys: Keys, places: Mapping[str, str]) -> None:
    """Refuse the first thing that is wrong, innermost first."""
    choices = _choices(kind)
    only = choices[0] if len(choices) == 1 else kind
    origin = typing.get_origin(only)
    if isinstance(only, type) and issubclass(only, msgspec.Struct) and isinstance(value, dict):
        _check_table(value, only, keys, places)
    elif origin is dict and isinstance(value, dict):
        for key, inner in value.items():
            _check(inner, typing.get_args(only)[1], (*keys, key), places)
    elif origin is tuple and isinstance(value, list):
        for item in value:
            _check(item, typing.get_args(only)[0], keys, places)
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise _wrong_kind(value, kind, keys) from error


def _check_table(
    value: dict[str, Any], kind: type[msgspec.Struct], keys: Keys, places: Mapping[str, str]
) -> None:
    fields = {item.encode_name: item for item in msgspec.structs.fields(kind)}
    for key, inner in value.items():
        if key in fields:
            _check(inner, fields[key].type, (*keys, key), places)
        elif key != kind.__struct_config__.tag_field:
            raise SettingError(
                (*keys, key),
                f"{_name((*keys, key))} is no setting",
                _suggestion(key, fields, places),
            )
    for name, item in fields.items():
        if item.required and name not in value:
            raise SettingError(keys, f"{name} is missing", f"add a line {name} = ...")
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:  # what the record itself refuses
        raise SettingError(keys, f"{_name(keys)}: {error}" if keys[2:] else str(error)) from error


def _places(kind: type, table: str = "") -> dict[str, str]:
    """Every setting and where it stands: "at the top of the file", or the table's name."""
    place = f"under [{table}]" if table else "at the top of the file, above the first [table]"
    found: dict[str, str] = {}
    for item in msgspec.structs.fields(kind):
        found[item.encode_name] = place
        if typing.get_origin(item.type) is dict:
            inner = typing.get_args(item.type)[1]
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                found = _places(inner, f"{item.encode_name}.NAME") | found
    return found


def _suggestion(key: str, known: Mapping[str, Any], places: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(key.casefold(), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    if key in places:
        return f"{key} stands {places[key]}"
    return f"known here: {', '.join(known)}"


def _wrong_kind(value: Any, kind: Any, keys: Keys) -> SettingError:
    expected = [_expected(value, choice) for choice in _choices(kind)]
    example = expected[0][1]
    return SettingError(
        keys,
        f"{_name(keys)} is {_described(value)}, not {' or '.join(what for what, _ in expected)}",
        f"write {keys[-1]} = {example}" if keys and example else "",
    )


def _expected(value: Any, kind: Any) -> tuple[str, str]:
    """What a value should be, and how this one may have been meant."""
    if kind is datetime.datetime:
        day = value.isoformat() if type(value) is datetime.date else "2026-12-01"
        return (
            "a day with a time",
            f"{day}T23:59:00+01:00 with your UTC offset, or without it where the file has a `timezone`",
        )
    if kind is float:
        return "a number", _as_number(value) or "0.5, say, without quotation marks"
    if kind is int:
        return "a whole number", _as_number(value) or "2, say, without quotation marks"
    if kind is str:
        return "a text", "" if isinstance(value, (dict, list)) else f'"{value}"'
    if typing.get_origin(kind) is typing.Literal:
        choices = [f'"{choice}"' for choice in typing.get_args(kind)]
        return f"one of {', '.join(choices)}", " or ".join(choices)
    if typing.get_origin(kind) is tuple:
        return "a list", f'["{value}"]' if isinstance(value, str) else "[...]"
    return ("true or false", "true") if kind is bool else ("a table", "")


def _as_number(value: Any) -> str:
    match = (
        re.fullmatch(r"\s*(-?\d+(?:[.,]\d+)?)\s*(%?)\s*", value) if isinstance(value, str) else None
    )
    if match is None:
        return ""
    number = float(match[1].replace(",", "."))
    return f"{number / 100 if match[2] else number:g}"


def _described(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'the text "{value}"'
        case datetime.datetime():
            return f"the time {value.isoformat()}"
        case datetime.date():
            return f"the day {value.isoformat()} without a time"
        case datetime.time():
            return f"the time {value.isoformat()} without a day"
        case int() | float():
            return f"the number {value}"
        case _:
            return "a list" if isinstance(value, list) else "a table"


def _choices(kind: Any) -> tuple[Any, ...]:
    """The types a value may have, None left out."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return tuple(one for one in typing.get_args(kind) if one is not type(None))
    return (kind,)


def _name(keys: Keys) -> str:
    """Keys below the table that messages name."""
    return dotted(keys[2:] or keys[-1:])
