"""One sandbox for each profile, started when it is first needed."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from grader.sandbox import Limits, Sandboxes, SandboxProfile
from tests.unit.sandbox import targets
from tests.unit.sandbox.conftest import LIMITS, REQUEST, profile_of, said

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers fork")


def test_a_profile_changes_the_limits_it_names() -> None:
    """All others stay as asked for."""
    asked = Limits(wall_s=5, file_bytes=1000)

    assert SandboxProfile(target="a:b").limits(asked) == asked
    changed = SandboxProfile(target="a:b", file_bytes=7).limits(asked)
    assert changed == msgspec.structs.replace(asked, file_bytes=7)


def test_each_profile_has_a_sandbox_of_its_own() -> None:
    """Boxes of one profile share a worker; those of another one run something else."""
    siblings = profile_of(targets.counts_its_siblings)
    limited = msgspec.structs.replace(profile_of(targets.tells_its_limits), file_bytes=1 << 16)
    with Sandboxes(LIMITS, "none") as sandboxes:
        workers = set()
        for _ in range(3):
            with sandboxes.open(siblings) as box:
                workers.add(said(box.ask(REQUEST)))
        with sandboxes.open(limited) as box:
            found = said(box.ask(REQUEST))

    assert len(workers) == 1
    assert f'"FSIZE": [{1 << 16}, {1 << 16}]' in found


def test_nothing_starts_before_it_is_needed_or_after_closing() -> None:
    """A run that opens no box starts no process; several threads start one sandbox."""
    profile = profile_of(targets.counts_its_siblings)
    sandboxes = Sandboxes(LIMITS, "none")
    assert sandboxes._sandboxes == {}
    with ThreadPoolExecutor(4) as executor:
        for box in executor.map(lambda _: sandboxes.open(profile), range(8)):
            box.close()
    assert list(sandboxes._sandboxes) == [profile]
    sandboxes.close()
    sandboxes.close()

    with pytest.raises(RuntimeError, match="closed"):
        sandboxes.open(profile)
