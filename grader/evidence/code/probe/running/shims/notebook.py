"""What a notebook has beside its code: IPython, Colab, and progress bars."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

from grader.evidence.code.probe.running.shims.absent import Stub
from grader.evidence.code.probe.running.shims.patching import Used, library

#: What is made to be shown.
_SHOWN = (
    "Image", "HTML", "SVG", "Markdown", "Math", "Latex", "Audio", "Video", "IFrame", "Javascript",
    "YouTubeVideo", "Pretty", "JSON", "FileLink", "Code", "DisplayHandle",
)  # fmt: skip


class Shell:
    """Stands for IPython's shell: commands and magics are not run."""

    def __init__(self, used: Used) -> None:
        self._used = used
        self.user_ns: dict[str, Any] = {}
        self.history_manager = None
        self.kernel = None

    def system(self, *_: Any, **__: Any) -> int:
        """A command line that is not run."""
        self._used("shell line")
        return 0

    def getoutput(self, *_: Any, **__: Any) -> list[str]:
        """The lines of a command that is not run."""
        self._used("shell line")
        return []

    getoutput_pcat = getoutput

    def run_line_magic(self, *_: Any, **__: Any) -> None:
        """A magic that is not run."""
        self._used("magic")

    magic = run_cell_magic = run_line_magic

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub()


class Shown:
    """Something to be displayed."""

    def __init__(self, data: Any = None, *_: Any, **named: Any) -> None:
        self.data = data
        self.filename = named.get("filename")


def _show(*objects: Any, **_: Any) -> None:
    """Print what is no picture, as a notebook shows its text."""
    for item in objects:
        if not isinstance(item, Shown):
            print(item)  # noqa: T201 - what the code shows is what it prints


def _module(name: str, **content: Any) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = []
    module.__dict__.update(content)
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], last, module)
    return module


class Bar:
    """A progress bar that shows nothing; it gives what it goes through."""

    def __init__(
        self, iterable: Iterable[Any] | None = None, *_: Any, total: Any = None, **__: Any
    ) -> None:
        self._iterable = iterable
        self.total = total
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(() if self._iterable is None else self._iterable)

    def __len__(self) -> int:
        return len(self._iterable) if self._iterable is not None else int(self.total or 0)  # type: ignore[arg-type]

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, n: int = 1) -> None:
        """Count."""
        self.n += n

    @staticmethod
    def write(text: Any, **_: Any) -> None:
        """Print a line."""
        print(text)  # noqa: T201 - what the code shows is what it prints

    @classmethod
    def pandas(cls, *_: Any, **__: Any) -> None:
        """Nothing to follow."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def _bars() -> None:
    if library("tqdm") is not None:
        return
    content = {
        "tqdm": Bar,
        "trange": lambda *sizes, **_: Bar(range(*sizes)),
        "tqdm_notebook": Bar,
        "tnrange": None,
    }
    content["tnrange"] = content["trange"]
    for name in (
        "tqdm",
        "tqdm.notebook",
        "tqdm.auto",
        "tqdm.autonotebook",
        "tqdm.keras",
        "tqdm.std",
    ):
        _module(name, **content)
    keras = library("keras")
    if keras is not None:
        sys.modules["tqdm.keras"].__dict__["TqdmCallback"] = lambda *_, **__: (
            keras.callbacks.Callback()
        )


def _colab(used: Used) -> None:
    def nothing(what: str, answer: Any = None) -> Callable[..., Any]:
        def act(*_: Any, **__: Any) -> Any:
            used(what)
            return answer

        return act

    library("google")
    if "google" not in sys.modules:
        _module("google")
    drive = _module(
        "google.colab.drive", mount=nothing("drive.mount"), flush_and_unmount=nothing("drive.mount")
    )
    files = _module(
        "google.colab.files", upload=nothing("files.upload", {}), download=nothing("files.download")
    )
    output = _module(
        "google.colab.output", clear=nothing("output.clear"), eval_js=nothing("eval_js")
    )
    patches = _module("google.colab.patches", cv2_imshow=nothing("cv2_imshow"))
    user = _module("google.colab.userdata", get=nothing("userdata.get", ""))
    _module("google.colab", drive=drive, files=files, output=output, patches=patches, userdata=user)


def install_notebook(used: Used) -> None:
    """Give code the names that a notebook has."""
    shell = Shell(used)
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    builtins.display = _show  # type: ignore[attr-defined]
    shown = dict.fromkeys(_SHOWN, Shown)
    quiet = (
        "clear_output",
        "set_matplotlib_formats",
        "display_html",
        "display_png",
        "update_display",
    )
    content: dict[str, Any] = {
        **shown,
        **dict.fromkeys(quiet, lambda *_, **__: None),
        "display": _show,
    }
    display = _module("IPython.display", **content)
    core = _module("IPython.core.display", **content)
    interactive = _module("IPython.core.interactiveshell", InteractiveShell=Shell)
    inner = _module("IPython.core", display=core, interactiveshell=interactive)
    _module(
        "IPython",
        display=display,
        core=inner,
        get_ipython=lambda: shell,
        version_info=(9, 0, 0, ""),
        __version__="9.0",
    )
    _colab(used)
    _bars()
