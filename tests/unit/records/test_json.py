from __future__ import annotations

import importlib
import inspect
import pkgutil
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import records
from grader.evidence.models.record import LayerSummary
from grader.evidence.predictions.interface import Preprocessing
from grader.records import message
from grader.records.base import Record, from_json, to_json
from grader.records.evidence import Evidence, Failure
from grader.records.result import CheckResult, GradeReport
from grader.records.section import Interval
from grader.records.submission import Student, Submission
from tests.factories import check_kinds


def record_types() -> list[type[Record]]:
    found: dict[str, type[Record]] = {}
    names = [f"grader.records.{module.name}" for module in pkgutil.iter_modules(records.__path__)]
    names += ["grader.archives.protocol", "grader.sandbox.profile"]
    names += [f"grader.evidence.models.{name}" for name in ("protocol", "record", "declaration")]
    names += [f"grader.evidence.predictions.{name}" for name in ("interface", "record")]
    for name in names:
        members = vars(importlib.import_module(name))
        for kind in members.values():
            if inspect.isclass(kind) and issubclass(kind, Record) and kind is not Record:
                found[kind.__name__] = kind
    return list(found.values())


#: Records that hold each other; deeper ones than these are built in test_message.py.
VALUES: tuple[message.Value, ...] = (
    message.Share(value=0.25, dataset="digits"),
    message.message("accuracy.top-k", top=message.Count(value=5)),
    message.Listing(items=(message.Name(text="a"), message.Code(text="b")), last="format.or"),
)


#: A value for each type fields are declared with, where Hypothesis cannot know one that is valid.
st.register_type_strategy(
    datetime,
    st.datetimes(
        datetime(1990, 1, 1),  # noqa: DTZ001  (Hypothesis adds the zone)
        datetime(2090, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
    ),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)


def built(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Any valid value of a record, field by field."""
    by_field: dict[tuple[str, str], st.SearchStrategy[Any]] = {
        ("LatePolicy", "penalty_per_day"): st.floats(0, 1),
        ("LatePolicy", "timezone"): st.sampled_from(["", "Europe/Paris"]),
        ("LatePolicy", "grace_minutes"): st.floats(0, 1e6),
        ("LatePolicy", "closes_after_days"): st.none() | st.floats(0, 1e6),
        ("Exercise", "points"): st.just(0.0),
        ("Exercise", "checks"): st.just(()),
        ("Exercise", "artefacts"): st.just(("model",)),
        ("Lab", "exercises"): st.just(()),
        ("Message", "values"): st.dictionaries(TEXT, st.sampled_from(VALUES), max_size=2),
        ("Listing", "items"): st.lists(st.sampled_from(VALUES), max_size=2).map(tuple),
        ("ModelDeclaration", "scaling"): st.just("declared"),
        ("ModelDeclaration", "mean"): st.tuples(NUMBER),
        ("ModelDeclaration", "deviation"): st.tuples(st.floats(0.01, 1)),
        ("ModelDeclaration", "state_offset"): st.none() | st.tuples(*[NUMBER] * 4),
        ("ModelDeclaration", "state_scale"): st.none() | st.tuples(*[st.floats(0.01, 1e6)] * 4),
        ("Stroke", "points"): st.lists(st.tuples(NUMBER, NUMBER), max_size=2).map(tuple),
        ("Drawing", "shapes"): st.just(()),
        ("DrawingFeedback", "shapes"): st.just(()),
        ("Lab", "pass_mark"): st.none() | st.floats(0.01, 1),
        ("Review", "points"): st.floats(0, 5),
        ("Review", "max_points"): st.floats(5, 1e6),
    }
    fields = {}
    for field in msgspec.structs.fields(kind):
        declared = by_field.get((kind.__name__, field.name))
        fields[field.name] = declared if declared is not None else value(field.type)
    return st.builds(kind, **fields)


def value(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotation records use."""
    shown = msgspec.inspect.type_info(kind)
    return _of(shown)


def _of(shown: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    info = msgspec.inspect
    match shown:
        case info.StrType():
            return TEXT
        case info.FloatType(ge=low, le=high) if low is not None and high is not None:
            return st.floats(low, high)
        case info.FloatType():
            return NUMBER
        case info.IntType(ge=low, le=high):
            return st.integers(-(2**53) if low is None else low, 2**53 if high is None else high)
        case info.BoolType():
            return st.booleans()
        case info.BytesType(min_length=least, max_length=most):
            return st.binary(min_size=least or 0, max_size=20 if most is None else most)
        case info.NoneType():
            return st.none()
        case info.DateTimeType():
            return st.from_type(datetime)
        case info.LiteralType(values=values):
            return st.sampled_from(list(values))
        case info.UnionType(types=types):
            return st.one_of([_of(inner) for inner in types])
        case info.VarTupleType(item_type=inner, min_length=least):
            return st.lists(_of(inner), min_size=least or 0, max_size=2).map(tuple)
        case info.DictType(key_type=key, value_type=inner):
            return st.dictionaries(_of(key), _of(inner), max_size=2)
        case info.StructType(cls=cls):
            return built(cls)
        case info.RawType():
            return st.sampled_from([b"null", b"1"]).map(msgspec.Raw)
        case info.AnyType():
            return st.none() | st.booleans() | TEXT | st.integers(-9, 9)
    raise NotImplementedError(shown)


@pytest.mark.parametrize("kind", record_types(), ids=lambda kind: kind.__name__)
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_record_comes_back_from_json(kind: type[Record], data: st.DataObject) -> None:
    """What is written is what is read back, and the same value gives the same bytes."""
    record = data.draw(built(kind))
    written = to_json(record)

    assert from_json(written, kind) == record
    assert to_json(from_json(written, kind)) == written


@pytest.mark.parametrize("kind", record_types(), ids=lambda kind: kind.__name__)
def test_every_record_is_frozen_keyword_only_and_strict(kind: type[Record]) -> None:
    """Records cannot be changed, cannot be built by position, and refuse fields they do not know."""
    config = kind.__struct_config__

    assert config.frozen
    assert config.forbid_unknown_fields
    parameters = inspect.signature(kind).parameters.values()
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters)


def test_every_kind_of_record_is_looked_at() -> None:
    """The tests above see the records of all modules."""
    names = {kind.__name__ for kind in record_types()}

    assert {"Lab", "Submission", "Evidence", "GradeReport", "RunManifest", "Opened"} <= names
    assert not names & {kind.__name__ for kind in check_kinds().values()}


def test_json_ends_with_a_newline_and_is_indented() -> None:
    """Files of records can be read and compared line by line."""
    written = to_json(Student(id="amina"))

    assert written == b'{\n  "id": "amina",\n  "name": "",\n  "email": ""\n}\n'


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Student, b'{"id": "a", "mark": 20}'),
        (Interval, b'{"low": 0}'),
        (Interval, b'{"low": "0", "high": 1}'),
        (Submission, b"[]"),
        (CheckResult, b"{"),
        (Evidence, b"\xff"),
        (GradeReport, b'{"schema": "grader/result/v1"}'),
        (Failure, b'{"type": "failure", "reason": "missing", "fault": "nobody"}'),
        (Preprocessing, b'{"normalization": "0..2"}'),
        (LayerSummary, b'{"name": "a", "type": "Dense", "output_shape": null, "parameters": 1.5}'),
    ],
)
def test_what_is_no_such_record_is_refused(kind: type[Record], data: bytes) -> None:
    """Unknown fields, wrong types, other schemas and damaged bytes do not become records."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        from_json(data, kind)
