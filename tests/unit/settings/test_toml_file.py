from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.settings import SettingError, read_toml

TEXT = """\
title = "a"   # 1

[labs.one]
deadline = 2026-12-01T23:59:00Z
points.first = 3
starter = [
  "a",
]
checks."x/y" = { thresholds = [{ full_at = 0.9 }] }
about = '''
[labs.two]
title = "no setting"
'''
[labs.two.checks."x/y"]
points = 2
[[labs.two.checks."x/y".thresholds]]
full_at = 1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "course.toml"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_key_has_its_line(file: Path, end: str, mark: str) -> None:
    """Dotted keys, quoted keys, tables in a line, lists over several, and text that looks like settings."""
    file.write_bytes((mark + TEXT.replace("\n", end)).encode())
    found = read_toml(file)

    assert found.data["labs"]["one"]["points"] == {"first": 3}
    assert {keys: line for keys, line in found.lines.items() if len(keys) != 1} == {
        ("labs", "one"): 3,
        ("labs", "one", "deadline"): 4,
        ("labs", "one", "points"): 5,
        ("labs", "one", "points", "first"): 5,
        ("labs", "one", "starter"): 6,
        ("labs", "one", "checks"): 9,
        ("labs", "one", "checks", "x/y"): 9,
        ("labs", "one", "checks", "x/y", "thresholds"): 9,
        ("labs", "one", "checks", "x/y", "thresholds", "full_at"): 9,
        ("labs", "one", "about"): 10,
        ("labs", "two"): 14,
        ("labs", "two", "checks"): 14,
        ("labs", "two", "checks", "x/y"): 14,
        ("labs", "two", "checks", "x/y", "points"): 15,
        ("labs", "two", "checks", "x/y", "thresholds"): 16,
        ("labs", "two", "checks", "x/y", "thresholds", "full_at"): 17,
    }


@pytest.mark.parametrize(
    ("keys", "message", "expected"),
    [
        (("title",), "is wrong", "line 1: is wrong"),
        (("labs", "one", "deadline"), "is wrong", "line 4, [labs.one]: is wrong"),
        (("labs", "one"), "deadline is odd", "line 4, [labs.one]: deadline is odd (here: 2026-12-01 23:59:00+00:00)"),
        (("labs", "one", "points"), "first: odd", "line 5, [labs.one]: first: odd (here: 3)"),
        (("labs", "one", "absent"), "is wrong", "line 3, [labs.one]: is wrong"),
        (("other",), "is wrong", "course.toml: is wrong"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_table(
    file: Path, keys: tuple[str, ...], message: str, expected: str
) -> None:
    """The line of the key, else of the table around it; a field that a record refuses with its value."""
    file.write_text(TEXT)

    error = read_toml(file).error(SettingError(keys, message, "write it so"))

    assert str(error).endswith(expected)
    assert str(file) in str(error)
    assert error.hint == "write it so"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("deadline = 2026-11-01 23:59", "with its seconds"),
        ("deadline = 01.11.2026 23:59", "with its seconds"),
        ("timezone = Europe/Paris", "into quotation marks"),
        ("flag = True", "true and false are written small"),
        ("title = \N{LEFT DOUBLE QUOTATION MARK}x\N{RIGHT DOUBLE QUOTATION MARK}", "straight"),
        ("penalty_per_day = 0,1", "with a point"),
        ("penalty_per_day = 10 %", "0.1 for 10 %"),
        ('roster = "C:\\Users\\x.csv"', "write /"),
        ("title = 'again'", "it stands twice"),
    ],
)
def test_what_is_no_toml_is_named_with_the_way_to_write_it(
    file: Path, line: str, hint: str
) -> None:
    """The line as it stands, and what is usually meant by such a line."""
    file.write_text(f"title = 'a'\n\n{line}\n", encoding="utf-8")

    with pytest.raises(CourseError) as caught:
        read_toml(file)
    assert f"line 3 cannot be read: {line}" in str(caught.value)
    assert hint in caught.value.hint


def test_an_unfinished_file_and_another_encoding_are_errors_too(file: Path) -> None:
    """Where no line can be blamed, the last one is named."""
    file.write_text("a = 1\nb = [\n\n")
    with pytest.raises(CourseError, match="line 2 cannot be read"):
        read_toml(file)
    file.write_bytes("a = 'ü'".encode("cp1252"))
    with pytest.raises(CourseError, match="not UTF-8") as caught:
        read_toml(file)
    assert "UTF-8" in caught.value.hint
    with pytest.raises(CourseError, match="cannot be read"):
        read_toml(file.parent)
