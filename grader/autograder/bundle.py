"""The zip of an autograder: scripts of the platform, the grader as a wheel, the lab and the course."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import jinja2

from grader import resources
from grader.autograder.course_files import course_files
from grader.autograder.platforms import Platform
from grader.autograder.settings import COURSE_FOLDER, SETTINGS_FILE, AutograderSettings
from grader.autograder.wheel import constraints, grader_wheel
from grader.checks.needs import lab_datasets
from grader.course import Course
from grader.datasets.files import FileDataset
from grader.errors import UsageError
from grader.grading.extras import extras
from grader.records.base import to_json
from grader.records.lab import Lab

#: Bits of Unix permissions: scripts are executable.
_SCRIPT, _FILE = 0o100755, 0o100644
_WHEELS = "wheels"
#: Entries carry no time, so that the same things give the same zip.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def autograder_zip(
    platform: Platform, lab: Lab, course: Course, *, wheels: Path | None = None
) -> bytes:
    """The zip that grades a lab on a platform.

    Args:
        platform: Where it runs.
        lab: As the course grades it.
        course: Whose settings, images and hidden tests go with it, where the platform keeps them from students.
        wheels: A folder of wheels of everything the grader needs, for a harness without an index of packages.

    Raises:
        CourseError: A file that the course names is not there, or lies elsewhere.
        UsageError: There are no wheels in `wheels`.
        GraderError: The grader could not be built.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in _entries(platform, lab, course, wheels):
            info = zipfile.ZipInfo(path, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (_SCRIPT if content.startswith(b"#!") else _FILE) << 16
            archive.writestr(info, content)
    return stream.getvalue()


def _entries(
    platform: Platform, lab: Lab, course: Course, wheels: Path | None
) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file."""
    has_course = platform.takes_course and course.root is not None
    yield from _scripts(platform, lab, course, is_offline=wheels is not None)
    folder = platform.grader_folder
    settings = AutograderSettings(lab=lab.slug, has_course=has_course)
    yield f"{folder}{SETTINGS_FILE}", to_json(settings)
    yield f"{folder}constraints.txt", constraints().encode()
    name, wheel = grader_wheel()
    yield f"{folder}{_WHEELS}/{name}", wheel
    for file in _given_wheels(wheels):
        yield f"{folder}{_WHEELS}/{file.name}", file.read_bytes()
    if has_course:
        for path, file in course_files(course, lab.slug).items():
            yield f"{folder}{COURSE_FOLDER}/{path}", file.read_bytes()


def _scripts(
    platform: Platform, lab: Lab, course: Course, *, is_offline: bool
) -> Iterator[tuple[str, bytes]]:
    """The platform's own files, in which the lab stands."""
    root = resources.templates() / "autograder" / platform.name
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        variable_start_string="<<",
        variable_end_string=">>",
        autoescape=False,  # noqa: S701 - scripts, of our own words alone
    )
    needed = extras(lab)
    datasets = [name for name in lab_datasets(lab) if _is_fetched(name, course)]
    for file in sorted(root.rglob("*.j2")):
        template = environment.from_string(file.read_text(encoding="utf-8"))
        text = template.render(
            lab=lab.slug,
            datasets=datasets,
            extras=f"[{','.join(needed)}]" if needed else "",
            is_offline=is_offline,
        )
        yield file.relative_to(root).as_posix().removesuffix(".j2"), text.encode()


def _is_fetched(name: str, course: Course) -> bool:
    """Whether a dataset is downloaded: those of the course go with it, and others are part of the grader."""
    return isinstance(course.dataset(name), FileDataset)


def _given_wheels(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        raise UsageError(
            f"there are no wheels in {folder}",
            hint="`pip download --only-binary :all: --dest FOLDER GRADER` collects them",
        )
    return wheels
