"""Packages that are not installed: modules in which every name exists and nothing happens."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType
from typing import Any, ClassVar

from grader.evidence.code.probe.running.shims.patching import Used, library

#: Packages that stay absent: a hand-in that needs them is of another library.
_TOLD = frozenset({"torch", "torchvision", "torchaudio", "jax", "flax", "paddle", "mxnet"})

_SCREEN = ("tkinter", "turtle", "Tkinter", "pyautogui")


class StubType(type):
    """Makes attributes of a stub class stubs as well."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __len__(cls) -> int:
        return 0

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        return Stub()


def _unpacked() -> int:
    """Into how many names a stub is being unpacked; 0 where it is gone through in another way."""
    frame = sys._getframe(2)
    code, place = frame.f_code.co_code, frame.f_lasti
    return code[place + 1] if dis.opname[code[place]] == "UNPACK_SEQUENCE" else 0


class Stub(metaclass=StubType):
    """An object of which every attribute exists, and that does nothing.

    It is called, entered, compared and added to without effect. It is empty, yet unpacked into as many names as the
    code has. As a decorator it gives back what it decorates; as a base class it takes any arguments.
    """

    __array_priority__: ClassVar[float] = 100.0

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub()

    def __call__(self, *positional: Any, **named: Any) -> Any:
        """Another stub; what is decorated with this one."""
        if len(positional) == 1 and not named and isinstance(positional[0], _DECORATED):
            return positional[0]
        return Stub()

    def __iter__(self) -> Iterator[Any]:
        return iter([Stub() for _ in range(_unpacked())])

    def __next__(self) -> Any:
        raise StopIteration

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: Any) -> bool:
        return False

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int) and key > 64:
            raise IndexError(key)
        return Stub()

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __delitem__(self, key: Any) -> None:
        return None

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __int__(self) -> int:
        return 0

    __index__ = __int__

    def __float__(self) -> float:
        return 0.0

    def __str__(self) -> str:
        return ""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __lt__(self, other: Any) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def _same(self, *_: Any) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = (
        _same
    )
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = _same
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __neg__ = __pos__ = __abs__ = __invert__ = (
        _same
    )


_DECORATED = (type(lambda: None), type)


class StubModule(ModuleType):
    """A module of a package that is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__version__ = "0.0.0"
        self.__file__ = None
        self.__all__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name[:1].isupper():
            # A class of its own, since code derives from it and tells classes apart.
            made: Any = type(name, (Stub,), {"__module__": self.__name__})
        else:
            made = Stub()
        setattr(self, name, made)
        return made


class _NoDisplay(StubModule):
    """A module that draws on a screen, of which there is none."""

    def __init__(self, name: str, used: Used) -> None:
        super().__init__(name)
        self.__dict__["_used"] = used

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        self.__dict__["_used"](f"package {self.__name__}")
        return found


class _Absent(MetaPathFinder, Loader):
    """Serves stubs; it stands last, so that it is asked for what nothing else has."""

    def __init__(self, used: Used, asked_by_code: Callable[[], bool]) -> None:
        self._used, self._asked_by_code = used, asked_by_code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A specification for a module of a package that is not installed."""
        top, _, below = fullname.partition(".")
        if top in _TOLD or top.startswith("_") or top in sys.stdlib_module_names:
            return None
        if below and not isinstance(sys.modules.get(top), StubModule):
            return None
        if not below and not self._asked_by_code():
            return None
        return spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module in which every name exists."""
        return StubModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Note that the package is not there."""
        self._used(f"package {module.__name__.partition('.')[0]}")


def _asked_by_code() -> bool:
    """Whether the import stands in the student's code: libraries try packages that they do without."""
    frame = sys._getframe(1)
    own = __name__.rpartition(".")[0]
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if not name.startswith(("importlib", own)):
            file = frame.f_code.co_filename
            return "site-packages" not in file and not file.startswith((sys.base_prefix, "<frozen"))
        frame = frame.f_back  # type: ignore[assignment]
    return True


def install_absent_packages(used: Used) -> None:
    """Serve stubs for packages that are not installed, and for those that need a screen."""
    for name in _SCREEN:
        sys.modules[name] = _NoDisplay(name, used)
    pictures = library("cv2")
    if pictures is not None and not isinstance(pictures, StubModule):
        for name in (
            "imshow",
            "waitKey",
            "destroyAllWindows",
            "namedWindow",
            "destroyWindow",
            "moveWindow",
        ):
            setattr(pictures, name, lambda *_, **__: -1)
    sys.meta_path.append(_Absent(used, _asked_by_code))
