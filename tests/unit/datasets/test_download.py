from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from grader import datasets
from grader.datasets.download import fetch
from grader.datasets.files import Download, FileDataset
from grader.errors import DataError, DataUnavailableError, StorageError

CONTENT = bytes(range(256)) * 10_000


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/absent" else 200)
        length = len(CONTENT) * (2 if self.path == "/truncated" else 1)
        if self.path != "/chunked":
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as http:
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def dataset(url: str, content: bytes = CONTENT) -> FileDataset:
    mnist = datasets.get("mnist")
    assert isinstance(mnist, FileDataset)
    download = Download(url, "some.bin", hashlib.sha256(content).hexdigest())
    published = [replace(mnist.published[split], download=download) for split in mnist.splits]
    return FileDataset(
        name="some",
        title="Some",
        class_names="01",
        image_shape=(28, 28),
        train=published[0],
        test=published[1],
    )


def test_a_file_is_fetched_once(server: str, folders: dict[str, Path]) -> None:
    """The official file lands in the grader's cache; a second time nothing is downloaded."""
    steps: list[tuple[int, int | None]] = []

    (path,) = fetch(dataset(f"{server}/file"), progress=lambda *step: steps.append(step))

    assert path == folders["grader-cache"] / "some.bin"
    assert path.read_bytes() == CONTENT
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert fetch(dataset("http://127.0.0.1:1/")) == (path,)


def test_a_length_may_be_unknown(server: str) -> None:
    """A server that does not say how much it sends is served too, with an unknown total."""
    steps: list[tuple[int, int | None]] = []

    fetch(dataset(f"{server}/chunked"), splits=["test"], progress=lambda *step: steps.append(step))

    assert steps[-1] == (len(CONTENT), None)


def test_another_file_is_not_kept(server: str, folders: dict[str, Path]) -> None:
    """Content with another digest raises and leaves nothing behind, nor replaces what was there."""
    (folders["grader-cache"] / "some.bin").write_bytes(b"old")

    with pytest.raises(DataError, match="not the official file"):
        fetch(dataset(f"{server}/file", b"other"))

    assert [path.read_bytes() for path in folders["grader-cache"].iterdir()] == [b"old"]


@pytest.mark.parametrize(
    ("page", "words"),
    [("/absent", "answered 404"), ("/truncated", "broke off after 2,560,000 of 5,120,000 bytes")],
)
def test_a_failed_download_says_why(
    server: str, folders: dict[str, Path], page: str, words: str
) -> None:
    """A refused or broken-off download raises with the reason and leaves nothing behind."""
    with pytest.raises(DataUnavailableError, match=words) as caught:
        fetch(dataset(server + page))

    assert "some.bin" in caught.value.hint
    assert not list(folders["grader-cache"].iterdir())


def test_no_server_is_said_plainly(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is refused raises an error that names the address."""
    monkeypatch.setenv("no_proxy", "*")

    with pytest.raises(DataUnavailableError, match=r"127\.0\.0\.1:1/file could not be downloaded"):
        fetch(dataset("http://127.0.0.1:1/file"))


def test_only_files_of_a_publisher_are_fetched() -> None:
    """The embedded digits need no download, and an instructor's pictures have none."""
    assert fetch(datasets.get("digits")) == ()
    with pytest.raises(DataUnavailableError, match="instructor's own"):
        fetch(datasets.get("handwritten"))


def test_a_set_that_its_publisher_alone_gives_out_says_where() -> None:
    """Yelp's reviews are given out under terms of its own, so nothing is downloaded."""
    with pytest.raises(DataUnavailableError) as caught:
        fetch(datasets.get("yelp-reviews"))

    assert "yelp_academic_dataset_review.json" in caught.value.hint
    assert fetch(datasets.get("reviews")) == ()


@pytest.mark.parametrize("name", ["mnist", "cifar10", "cifar100", "svhn"])
def test_what_is_fetched_is_what_is_looked_for(name: str) -> None:
    """A downloaded file bears the name of one of the containers of its split."""
    found = datasets.get(name)
    assert isinstance(found, FileDataset)

    for published in found.published.values():
        assert len(published.download.sha256) == 64
        assert published.download.url.endswith(published.download.filename)
        assert published.download.filename in {c.path for c in published.containers}


def test_a_download_without_room_is_no_failed_download(
    server: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is well; the message names the file here, and nothing is left of it."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"some\.bin cannot be written: no space is left"):
        fetch(dataset(f"{server}/whole"))
    assert list(folders["grader-cache"].iterdir()) == []
