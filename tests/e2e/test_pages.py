"""The pages in a real browser: no complaint, no overflow, accessible, printable, hostile texts inert."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import AXE, Browser, open_browser
from tests.model.models import classifier, edit_hdf5_config, save
from tests.program import REPOSITORY, asking_for_digits, grader

LAB = "ml-assignment2"
HOSTILE = '"><img src=x onerror=document.title=1><script>document.title=2</script>'
PAGES = ("index.html", "leaderboard.html", "reports/bruno/index.html", "reports/hugo/index.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample class, a copy in it, one of its students called by markup, with layers named by markup."""
    folder = tmp_path_factory.mktemp("pages")
    students = shutil.copytree(REPOSITORY / "submissions" / LAB, folder / "class")
    shutil.copytree(students / "amina", students / "zoe")
    model = save(classifier(), students / "mallory" / "<b>digits.h5")

    def rename(config: dict[str, Any]) -> None:
        for layer in config["config"]["layers"]:
            layer["config"]["name"] = HOSTILE.replace("/", "") + layer["config"]["name"]

    edit_hdf5_config(model, rename)
    with (folder / "roster.csv").open("w", newline="") as roster:
        csv.writer(roster).writerows([("id", "name"), ("mallory", HOSTILE)])
    (folder / "course.toml").write_text(asking_for_digits('roster = "roster.csv"\n'))
    finished = grader("grade", LAB, "class", "--out", "run", "--course", folder, cwd=folder)
    assert finished.returncode == 0, finished.stderr
    return folder / "run"


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_without_complaint(browser: Browser, run: Path, page: str) -> None:
    """The console stays empty and nothing is fetched from anywhere."""
    browser.open(run / page)

    assert browser.console() == []
    assert (
        browser.run(
            "return performance.getEntriesByType('resource')"
            ".filter(entry => !entry.name.startsWith('data:')).length"
        )
        == 0
    )


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("page", [*PAGES, "reports/mallory/index.html"])
def test_pages_fit_their_width(browser: Browser, run: Path, page: str, width: int) -> None:
    """Nothing sticks out sideways on a telephone, a tablet or a laptop."""
    browser.open(run / page, width=width)
    overflow = browser.run(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )

    assert overflow <= 0


def test_the_class_page_shows_who_handed_in_one_file(browser: Browser, run: Path) -> None:
    """The copy stands in its section, above the class."""
    browser.open(run / "index.html")
    section = browser.run("return document.querySelector('.similarity').innerText")

    assert "amina, zoe" in section
    assert "The same file" in section


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core; `make browser` fetches it")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_are_accessible(browser: Browser, run: Path, page: str, dark: bool) -> None:
    """axe-core finds no violation of WCAG 2.1 AA, in light and in dark colours."""
    browser.open(run / page, dark=dark)

    assert browser.violations() == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_print(browser: Browser, run: Path, page: str) -> None:
    """Every page becomes a PDF."""
    browser.open(run / page)
    printed = browser.pdf()

    assert printed.startswith(b"%PDF-")
    assert len(printed) > 10_000


@pytest.mark.parametrize("page", ["index.html", "reports/mallory/index.html"])
def test_hostile_texts_are_inert(browser: Browser, run: Path, page: str) -> None:
    """Markup in names, files and layers is shown as text and runs nothing."""
    browser.open(run / page)

    assert browser.run("return document.title") not in ("1", "2")
    assert browser.run("return document.querySelectorAll('[onerror]').length") == 0
    assert "onerror" in browser.run("return document.body.textContent")


def test_the_class_table_sorts_and_filters(browser: Browser, run: Path) -> None:
    """A click on a heading sorts by number, a second one turns it round; a word filters."""
    browser.open(run / "index.html")
    marks = (
        "return [...document.querySelectorAll('#class tbody tr')].filter(row => !row.hidden)"
        ".map(row => Number(row.cells[1].dataset.value))"
    )
    click = "document.querySelectorAll('#class th button')[1].click();"
    ascending = browser.run(click + marks)
    descending = browser.run(click + marks)
    filtered = browser.run(
        "const f = document.getElementById('filter'); f.value = 'BRUNO';"
        "f.dispatchEvent(new Event('input'));" + marks
    )

    assert ascending == sorted(ascending)
    assert descending == sorted(descending, reverse=True)
    students = [path for path in (run.parent / "class").iterdir() if path.is_dir()]
    assert len(ascending) == len(students)
    assert len(filtered) == 1
