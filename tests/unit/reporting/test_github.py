from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from grader.records.result import GradeReport
from grader.reporting.feedback import student_feedback
from grader.reporting.github import MAX_SUMMARY_BYTES, markdown, workflow_commands, write_step_files
from grader.reporting.student_view import student_page
from tests.factories import check_result, report, said
from tests.factory_reports import HOSTILE, hostile_report, of_every_status

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def commands(result: GradeReport, path: Path) -> list[tuple[str, str, str]]:
    lines = workflow_commands(student_feedback(result), path).splitlines()
    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found)
    return [match.groups() for match in found if match]  # type: ignore[misc]


def unescaped(text: str) -> str:
    for code, sign in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_every_check_that_is_not_passed_is_an_annotation(tmp_path: Path) -> None:
    """Levels follow the status, the worst come first, and the points close the list."""
    found = commands(report(checks=of_every_status()), tmp_path)

    assert [level for level, _, _ in found] == ["error", "warning", "warning", "notice", "notice"]
    assert found[0][2].startswith("mnist.h5 made the program")
    assert found[-1][2] == "42.5 / 180 points, not final"


def test_text_is_escaped_as_github_asks(tmp_path: Path) -> None:
    """Percent signs and line breaks in messages, colons and commas in properties too."""
    check = check_result("failed", 0, title="a,b:c%d", feedback=said("50%"), advice=said("x: y, z"))
    ((level, properties, message), _) = commands(report(checks=(check,)), tmp_path)

    assert level == "error"
    assert message.startswith("50%25 made")
    assert "%0Ax: y, z made" in message
    assert properties.startswith("title=MNIST%3A a%2Cb%3Ac%25d,file=")
    assert unescaped(message).splitlines()[1].startswith("x: y, z")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_a_command(name: str, tmp_path: Path) -> None:
    """One line a command, whatever a file is called; nothing starts a second one."""
    text = workflow_commands(student_feedback(hostile_report(name)), tmp_path)

    assert len(text.splitlines()) == 2
    assert all(line.startswith(("::error title=", "::notice title=")) for line in text.splitlines())


def test_no_more_than_ten_of_a_level(tmp_path: Path) -> None:
    """GitHub drops the eleventh, so the notice with the points keeps its place among ten."""
    many = [check_result("failed", 0, check_id=f"f{n}") for n in range(15)]
    many += [check_result("partial", 1, check_id=f"p{n}") for n in range(15)]
    many += [check_result("pending", None, check_id=f"w{n}") for n in range(15)]
    levels = [level for level, _, _ in commands(report(checks=many), tmp_path)]

    assert {level: levels.count(level) for level in levels} == {
        "error": 10, "warning": 10, "notice": 10,
    }  # fmt: skip
    assert commands(report(checks=many), tmp_path)[-1][2].startswith("15 / 1,350 points")


def test_annotations_point_at_the_file(tmp_path: Path) -> None:
    """In a folder the file lies below it; a file handed over is itself."""
    check = check_result("failed", 0)
    (tmp_path / "mnist.h5").write_text("x")

    for path in (tmp_path, tmp_path / "mnist.h5"):
        (_, properties, _), *_ = commands(report(checks=(check,)), path)
        assert properties.endswith(f"file={(tmp_path / 'mnist.h5').as_posix()}")


def test_a_passed_result_is_one_notice(tmp_path: Path) -> None:
    """Nothing is annotated where nothing is to be done."""
    assert [level for level, _, _ in commands(report(), tmp_path)] == ["notice"]


def test_step_files_are_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Summary and outputs are appended, as other steps of a job expect."""
    summary, output = tmp_path / "summary.md", tmp_path / "output"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_OUTPUT", str(output))
    write_step_files(report(checks=of_every_status()))

    assert summary.read_text(encoding="utf-8").startswith("before\n## A lab: 42.5 / 180 points")
    assert outputs(output.read_text()) == {
        "points": "42.5",
        "max_points": "180",
        "complete": "false",
    }


def outputs(text: str) -> dict[str, str]:
    """Read step outputs as the runner does."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def test_outputs_cannot_be_forged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the names, there are three outputs, each ended by a mark nobody can guess."""
    files = []
    for place, name in enumerate([*HOSTILE, "x\nend_0\nadmin<<y\n1\ny"]):
        files.append(tmp_path / f"output{place}")
        monkeypatch.setenv("GITHUB_OUTPUT", str(files[-1]))
        write_step_files(hostile_report(name, lab_title=name))

    marks = set()
    for file in files:
        assert outputs(file.read_text()).keys() == {"points", "max_points", "complete"}
        marks |= set(re.findall("<<(.*)", file.read_text()))
    assert len(marks) == 3 * len(files)


def test_without_github_nothing_is_written(tmp_path: Path) -> None:
    """On a laptop `--format github` leaves no files."""
    write_step_files(report())

    assert list(tmp_path.iterdir()) == []


def test_the_summary_is_a_table_with_what_to_do() -> None:
    """A row a check, and below it what to do about those not passed."""
    lines = markdown(student_page(report(checks=of_every_status()))).splitlines()
    rows = [line for line in lines if line.startswith("| MNIST")]
    advice = [line for line in lines if line.startswith("- **MNIST")]

    assert (len(rows), len(advice)) == (6, 5)
    assert rows[0] == (
        "| MNIST: Accuracy | accuracy 95% (93.77% – 96.23%) | 90% | 30 / 30 | passed |"
    )
    assert advice[1].startswith("- **MNIST: Accuracy** mnist.h5 made the program")
    assert "**What to do next:** Train longer" in advice[1]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_plain_text_in_the_summary(name: str) -> None:
    """Markup, links, code, table cells and headings from names do not come alive."""
    text = markdown(student_page(hostile_report(name)))
    bare = re.sub(r"\\[\\`*_\[\]|~#!]", "", text)

    assert not re.search(r"<(?!br>)", bare)
    assert "](" not in bare
    assert "`" not in bare
    for line in bare.splitlines():
        if line.startswith("|"):
            assert line.count("|") == 6
        assert line.count("#") in (0, 2)
        assert "*" not in line.replace("**", "")
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("sign", ["x", "é", "😀"])
def test_the_summary_stays_under_its_limit(sign: str) -> None:
    """A summary too long for GitHub is cut between characters, and says so."""
    check = check_result("failed", 0, feedback=said(sign * (MAX_SUMMARY_BYTES // 2)))
    many: dict[str, Any] = {"checks": [check] * 3}
    text = markdown(student_page(report(**many)))

    assert MAX_SUMMARY_BYTES - 100 < len(text.encode()) <= MAX_SUMMARY_BYTES
    assert text.endswith("\n\n...")
    assert "\ufffd" not in text
