"""Links as they are found, and the settings in them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.playground.reading import read_settings
from grader.evidence.playground.replay.settings import Settings
from grader.evidence.playground.urls import clean_url, hash_of, host_of

LINK = (
    "https://playground.tensorflow.org/#activation=relu&batchSize=5&dataset=xor&regDataset=reg-plane&learningRate=0.01"
    "&regularizationRate=0&noise=35&networkShape=3&seed=0.50819&showTestData=false&percTrainData=50&x=true&y=true"
)


def wrapped(host: str, parameter: str) -> str:
    return f"https://{host}/?{parameter}={quote(LINK, safe='')}&data=05%7C01"


@pytest.mark.parametrize(
    "text",
    [
        LINK,
        f"<{LINK}>.",
        f"{LINK[:70]}\n    {LINK[70:]}",
        LINK.replace("&", "&amp;"),
        quote(LINK, safe=":/"),
        quote(quote(LINK, safe=":/"), safe=":/"),
        wrapped("eur01.safelinks.protection.outlook.com", "url"),
        wrapped("www.google.com", "q"),
    ],
)
def test_what_programs_add_to_links_is_taken_away(text: str) -> None:
    """Line breaks, brackets, encodings and wrappers."""
    assert clean_url(text) == LINK


def test_a_link_leads_somewhere() -> None:
    """A copy of the page is another host; settings alone have none."""
    assert host_of(LINK) == "playground.tensorflow.org"
    assert host_of("https://Somebody.github.io/playground/#seed=1") == "somebody.github.io"
    assert host_of("#seed=1") == ""
    assert hash_of("seed=1&x=true") == "seed=1&x=true"
    assert hash_of("https://playground.tensorflow.org/") == ""


def test_settings_are_read_as_the_page_reads_them() -> None:
    """With its defaults for what the link does not say."""
    assert read_settings(hash_of(LINK)).settings == Settings(
        seed="0.50819",
        dataset="xor",
        noise=35,
        activation="relu",
        hidden=(3,),
        batch_size=5,
        learning_rate=0.01,
    )
    assert read_settings("seed=1").settings == Settings(seed="1")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("networkShape=", "hidden", ()),
        ("networkShape=8,8, 2", "hidden", (8, 8, 2)),
        ("noise=-5", "noise", 0),
        ("noise=80", "noise", 80),
        ("noise=95", "noise", 50),
        ("problem=regression", "dataset", "reg-plane"),
        ("problem=regression&regDataset=reg-gauss&dataset=xor", "dataset", "reg-gauss"),
        ("x=false&sinX=1", "features", ("y", "sinX")),
        ("xTimesY=true&xTimesY_hide=true", "features", ("x", "y")),
        ("initZero=true", "init_zero", True),
        ("regularization=L2&regularizationRate=1e-3", "regularization_rate", 0.001),
        ("activation=elu", "activation", "tanh"),
        ("batchSize=", "batch_size", 10),
    ],
)
def test_odd_values_count_as_on_the_page(text: str, field: str, value: object) -> None:
    """What it does not know it ignores."""
    settings = read_settings(f"seed=1&{text}").settings

    assert settings is not None
    assert getattr(settings, field) == value


@pytest.mark.parametrize(
    ("text", "what", "key"),
    [
        ("", "no-settings", ""),
        ("about=this", "no-settings", ""),
        ("dataset=xor", "no-seed", "seed"),
        ("seed=1&batchSize=ten", "no-number", "batchSize"),
        ("seed=1&learningRate=NaN", "no-number", "learningRate"),
        ("seed=1&learningRate=1e999", "no-number", "learningRate"),
        ("seed=1&batchSize=2.5", "no-whole-number", "batchSize"),
        ("seed=1&batchSize=0", "out-of-range", "batchSize"),
        ("seed=1&networkShape=4,", "no-whole-number", "networkShape"),
        ("seed=1&networkShape=4,-2", "out-of-range", "networkShape"),
        ("seed=1&networkShape=999999999", "out-of-range", "networkShape"),
        ("seed=1&networkShape=1,1,1,1,1,1,1,1,1", "out-of-range", "networkShape"),
        ("seed=1&percTrainData=100", "no-points", "percTrainData"),
        ("seed=1&percTrainData=0", "no-points", "percTrainData"),
        (f"seed={'1' * 6_000}", "too-long", ""),
    ],
)
def test_what_cannot_be_replayed_is_named_by_its_key(text: str, what: str, key: str) -> None:
    """No link raises."""
    found = read_settings(text)

    assert found.settings is None
    assert found.problem is not None
    assert (found.problem.what, found.problem.key) == (what, key)


def test_what_the_page_ignores_is_listed() -> None:
    """Words that are no settings, values that it does not know, and inputs that it switches off."""
    found = read_settings(
        "seed=1&dataset=moons&learnRate=3&hideText=true&discretize_hide=true&sinX_hide=true"
    )

    assert found.settings is not None
    assert found.ignored == ("learnRate", "dataset=moons")
    assert found.hidden_features == ("sinX",)


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    """Whatever stands where a link is expected."""
    for settings in (
        text,
        f"seed=1&networkShape={text}",
        f"seed=1&noise={text}",
        hash_of(clean_url(text)),
    ):
        read_settings(settings)
    host_of(clean_url(text))
