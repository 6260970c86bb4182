from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from grader.intake.naming import natural_key, safe_id, unique_ids

#: What a folder may hold on Linux: anything but a slash and NUL, bytes that are no UTF-8 included.
names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
    | st.integers(0xDC80, 0xDCFF).map(chr),
    min_size=1,
    max_size=30,
)
#: Names made of few parts, so that they clash.
clashing = st.lists(
    st.sampled_from(["m", "M", "n"]).flatmap(
        lambda stem: st.sampled_from(["", ".h5", ".keras", ".h5.keras", " .h5", "-h5"]).map(
            lambda suffix: stem + suffix
        )
    ),
    unique=True,
    max_size=12,
)


def stem(name: str) -> str:
    return name.rpartition(".")[0] or name


@given(names)
@example("con")
@example("CON.txt")
@example("..")
@example("-rf")
@example(" ")
@example("a" * 300)
@example("é" * 300)
def test_an_id_is_safe_as_a_file_name(name: str) -> None:
    """No separators, no leading dot or dash, no name Windows keeps for itself, not too long, never empty."""
    made = safe_id(name)

    assert made
    assert not set(made) & set('/\\:*?"<>|\0\n\r\t %&#')
    assert made[0] not in ".-"
    assert made[-1] not in ".- "
    assert len(made.encode()) <= 100
    assert made.casefold().split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(names)
def test_an_id_stays_itself(name: str) -> None:
    """Making an id safe twice changes nothing."""
    assert safe_id(safe_id(name)) == safe_id(name)


def test_ordinary_names_are_kept() -> None:
    """Names students really have are their ids, accents and dots included."""
    for name in ("amina", "Bruno.Silva", "zoé", "s123456", "anna+leo", "李雷"):
        assert safe_id(name) == name


@given(st.lists(names, unique=True, max_size=12))
def test_ids_are_distinct_whatever_the_case(found: list[str]) -> None:
    """No two submissions share a folder, not even where case does not count."""
    ids = unique_ids((stem(name), name) for name in found)

    assert len({made.casefold() for made in ids}) == len(found)


@given(clashing, st.randoms())
@example(["m.h5", "m.keras", "m.h5.keras"], None)
def test_ids_do_not_depend_on_the_order(found: list[str], random: object) -> None:
    """The same names give the same ids in whatever order they are listed, also where they clash."""
    shuffled = list(reversed(found)) if random is None else found[:]
    if hasattr(random, "shuffle"):
        random.shuffle(shuffled)
    ids = dict(zip(found, unique_ids((stem(name), name) for name in found), strict=True))
    again = dict(zip(shuffled, unique_ids((stem(name), name) for name in shuffled), strict=True))

    assert again == ids
    assert len({made.casefold() for made in ids.values()}) == len(found)


def test_a_name_nobody_else_has_is_used_without_its_suffix() -> None:
    """`amina.h5` is amina, unless somebody else is."""
    assert unique_ids([("amina", "amina.h5"), ("bruno", "bruno.h5")]) == ["amina", "bruno"]


def test_the_suffix_tells_files_of_one_stem_apart() -> None:
    """Several files of one stem go by their whole names, whatever the case of the stems."""
    ids = unique_ids([("mnist", "mnist.h5"), ("MNIST", "MNIST.keras")])

    assert ids == ["mnist.h5", "MNIST.keras"]


def test_names_that_differ_in_case_only_get_a_mark() -> None:
    """Where even the whole names are one to a file system, a digest tells them apart."""
    first, second = unique_ids([("Anna", "Anna"), ("anna", "anna")])

    assert first.startswith("Anna-")
    assert second.startswith("anna-")
    assert first.casefold() != second.casefold()


def test_natural_order_reads_numbers() -> None:
    """Student 2 comes before student 10, and case does not matter."""
    found = ["s10", "S2", "s1", "b", "A", "10", "9", "s1a"]

    assert sorted(found, key=natural_key) == ["9", "10", "A", "b", "s1", "s1a", "S2", "s10"]


@given(st.lists(names, max_size=8))
def test_natural_order_takes_any_names(found: list[str]) -> None:
    """Digits of other scripts and odd signs sort as well."""
    ordered = sorted(found, key=natural_key)

    assert sorted(ordered) == sorted(found)
