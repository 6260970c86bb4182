"""Scripts that attack whoever runs them. What must never happen prints a line with ``ESCAPED``."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import dedent

import msgspec

from grader.records.base import Record
from grader.sandbox.protocol import Reply, Usage

#: The last statement of every script: whether it runs tells whether the others still did.
LAST = 'print("went on")\n'

_ATTEMPTS = """
import builtins, ctypes, os, posix, select, signal, socket, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    found = getattr(libc, name)(*arguments)
    if found == -1:
        raise OSError(ctypes.get_errno(), name)
    return found

def attempt(name, act):
    try:
        found = act()
    except Exception as error:
        print("denied", name, type(error).__name__)
    else:
        print("ESCAPED", name, repr(found)[:200])
"""


@dataclass(frozen=True)
class Threat:
    """A script and how its run may end."""

    source: str
    wrong: frozenset[str] = frozenset()
    """How steps may end that do not end well; some have to, where there is any, unless `well`."""
    well: bool = False
    """Whether all steps may end well."""
    lost: bool = False
    """Whether the run may be lost as a whole."""
    says: str = ""
    """What is printed, or said of an error."""
    beside: dict[str, str] = field(default_factory=dict)
    """Other files of the submission."""

    def text(self) -> str:
        """The script."""
        return _ATTEMPTS + dedent(self.source) + LAST


def threat(
    source: str,
    *wrong: str,
    well: bool = False,
    lost: bool = False,
    says: str = "",
    beside: dict[str, str] | None = None,
) -> Threat:
    return Threat(source, frozenset(wrong), well or not wrong, lost, says, beside or {})


def denied(canary: str, root: str) -> Threat:
    """Whatever the system must refuse.

    Args:
        canary: A file of somebody else's.
        root: The repository.
    """
    return threat(
        f"""
        CANARY, ROOT = {canary!r}, {root!r}
        NEIGHBOURS, PARENT = os.path.dirname(CANARY), os.getppid()
        attempt("fork", posix.fork)
        attempt("libc fork", lambda: call("fork"))
        attempt("forkpty", posix.forkpty)
        attempt("spawn", lambda: posix.posix_spawn("/bin/true", ["true"], {{}}))
        attempt("exec", lambda: posix.execv("/bin/true", ["true"]))
        libc.system(b"true") == 0 and print("ESCAPED system")
        import multiprocessing.util
        attempt("fork_exec", lambda: multiprocessing.util.spawnv_passfds(b"/bin/true", [b"true"], []))
        attempt("clone", lambda: call("syscall", 56, 17, 0, 0, 0, 0))
        attempt("signal to the parent", lambda: posix.kill(PARENT, 0))
        attempt("signal to the first process", lambda: posix.kill(1, 0))
        attempt("signal to all", lambda: posix.kill(-1, 0))
        attempt("signal to the group", lambda: posix.killpg(posix.getpgid(0), 0))
        attempt("trace", lambda: call("ptrace", 16, PARENT, 0, 0))
        attempt("memory of the parent", lambda: open(f"/proc/{{PARENT}}/mem", "rb").read(1))
        attempt("environment of the parent", lambda: open(f"/proc/{{PARENT}}/environ").read())
        attempt("environment of the first", lambda: open("/proc/1/environ").read())
        attempt("descriptors of the parent", lambda: os.listdir(f"/proc/{{PARENT}}/fd"))
        attempt("tcp", lambda: socket.create_connection(("127.0.0.1", 22), 1))
        attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        attempt("unix", lambda: socket.socket(socket.AF_UNIX))
        attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
        attempt("raw socket", lambda: call("socket", 2, 1, 0))
        attempt("dns", lambda: socket.getaddrinfo("example.org", 80))
        for path in (CANARY, "/etc/passwd", "/etc/shadow", "/etc/hostname", ROOT + "/pyproject.toml",
                     ROOT + "/tests/conftest.py", os.path.expanduser("~root/.profile"), "/proc/version"):
            attempt("read " + path, lambda: posix.read(posix.open(path, os.O_RDONLY), 64))
            posix.symlink(path, "link")
            attempt("link " + path, lambda: posix.read(posix.open("link", os.O_RDONLY), 64))
            posix.remove("link")
            attempt("hard link " + path, lambda: posix.link(path, "hard"))
        for folder in (NEIGHBOURS, "/root", "/home", "/tmp", "/var", "/etc", ROOT, ROOT + "/tests"):
            attempt("list " + folder, lambda: posix.listdir(folder))
        LIBRARY = os.path.dirname(os.__file__)
        for folder in (NEIGHBOURS, "/tmp", "/dev/shm", "/var/tmp", LIBRARY, ROOT + "/grader", "/", "../.."):
            attempt("write " + folder, lambda: posix.open(folder + "/escaped", os.O_CREAT | os.O_WRONLY))
            attempt("make " + folder, lambda: posix.mkdir(folder + "/escaped-folder"))
        attempt("change", lambda: posix.open(CANARY, os.O_RDWR))
        attempt("remove", lambda: posix.remove(CANARY))
        attempt("move", lambda: posix.rename(CANARY, "loot"))
        attempt("namespaces", lambda: call("unshare", 0x10000000))
        attempt("mount", lambda: call("mount", b"none", b".", b"tmpfs", 0, None))
        attempt("root folder", lambda: os.chroot("."))
        attempt("io_uring", lambda: call("syscall", 425, 8, 0))
        attempt("bpf", lambda: call("syscall", 321, 0, 0, 0))
        attempt("keys", lambda: call("syscall", 250, 0, -3, 0, 0, 0))
        import resource
        attempt("limits", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
        attempt("limits of the parent", lambda: resource.prlimit(PARENT, resource.RLIMIT_CPU, (1, 1)))
        attempt("processors of the parent", lambda: os.sched_setaffinity(PARENT, {{0}}))
        print(dict(os.environ))
        """
    )


#: Quick ones, which need no new worker.
QUICK: dict[str, Threat] = {
    "dunders": threat(
        """
        class Evil(Exception):
            def no(self, *a, **k): raise KeyboardInterrupt("no")
            __repr__ = __str__ = __eq__ = __len__ = __bool__ = __getattr__ = __iter__ = __float__ = no
            __hash__ = __int__ = __index__ = __array__ = __contains__ = __getitem__ = __format__ = no
            def __del__(self): raise SystemExit
        raise Evil()
        import keras, numpy as np
        import matplotlib.pyplot as plt
        x, y = np.zeros((40, 4)), np.zeros(40)
        model = keras.Sequential([keras.layers.Dense(1, input_shape=(4,))])
        model.compile("sgd", "mse", metrics=[Evil()])
        model.optimizer.learning_rate = Evil()
        model.compile("sgd", Evil)
        model.compile("sgd", "mse")
        model.optimizer._learning_rate = Evil()
        model.fit(x, y, epochs=Evil())
        model.fit(x, y, batch_size=Evil(), verbose=0)
        model.fit(Evil(), y)
        plt.plot([Evil(), Evil()], label=Evil())
        print(Evil())
        input(Evil())
        Evil()
        """,
        "failed",
    ),
    "giant-texts": threat(
        """
        import keras, numpy as np
        import matplotlib.pyplot as plt
        GIANT = "\\u20ac" * 3_000_000
        Layer = type("L" + "a" * 2_000_000, (keras.layers.Dense,), {})
        Optimizer = type("O" * 2_000_000, (keras.optimizers.SGD,), {})
        def metric(a, b): return 0.0
        metric.__name__ = "m" * 2_000_000
        model = keras.Sequential([Layer(1, name="n" * 5_000_000, input_shape=(4,))])
        model.compile(Optimizer(), "mse", metrics=[metric])
        model.fit(np.zeros((40, 4)), np.zeros(40), epochs=10**30, verbose=0)
        model.fit(np.zeros((40, 4)), np.zeros(40), verbose=0)
        plt.plot([1, 2], label=GIANT[:2_000]); plt.title(GIANT[:2_000]); plt.savefig("f" * 100_000 + ".png")
        plt.plot([1, 2], label="\\ud800"); plt.title("\\ud800"); plt.show()
        raise type("E" * 5_000_000, (Exception,), {})(GIANT)
        input(GIANT)
        open(GIANT)
        print(GIANT, "\\ud800\\x00\\x1b[31m\\u202e")
        raise ValueError("\\ud800")
        """,
        "failed",
    ),
    "patched": threat(
        """
        import gc, json, keras, msgspec, numpy as np, matplotlib.pyplot as plt
        def evil(*a, **k): raise RuntimeError("patched")
        np.asarray = np.zeros_like = np.isfinite = np.prod = evil
        keras.Model.fit = keras.Model.to_json = keras.Model.count_params = evil
        plt.get_fignums = plt.figure = evil
        json.loads = json.dumps = json.JSONEncoder.encode = evil
        time.monotonic = os.walk = os.chdir = os.getcwd = evil
        """,
        lost=True,
    ),
    "builtins": threat(
        """
        for name in [name for name in dir(builtins) if "grader" in name]:
            delattr(builtins, name)
        for number in range(3):
            print("round", number)
        sys.meta_path.clear()
        sys.path.clear()
        sys.settrace(lambda *a: 1 / 0)
        sys.setprofile(lambda *a: 1 / 0)
        sys.stdout.close()
        """,
        "failed",
        "crashed",
        says="round 2",
    ),
    "forged-by-the-collector": threat(
        """
        import gc
        (recorder,) = [o for o in gc.get_objects() if type(o).__name__ == "Recorder"]
        real = type("Fake", (), {})
        from grader.evidence.code.run_record import TracedTraining as Training, TracedEvaluation
        recorder.trainings += [Training(where="w" * 9_000, epochs=10**15, loss="l" * 9_000)] * 3_000
        values = {"accuracy": float("nan"), "x" * 9_000: 1e308}
        recorder.evaluations.append(TracedEvaluation(where="a", method="evaluate", model=1, values=values))
        recorder.trainings.append(Training(where=7, layers="none", epochs=object(), seconds=float("inf")))
        recorder.trainings.append(real)
        recorder.shims.update({"s" * 9_000: 10**15, 3: "x"})
        recorder.shims.update({str(n): n for n in range(50_000)})
        recorder.asked += ["?" * 900] * 5_000
        recorder.missing_files.update({str(n): None for n in range(50_000)})
        """,
    ),
    "files": threat(
        """
        for number in range(1_500):
            open(f"file-{number}", "w").close()
        os.makedirs("deep/" * 200)
        open("big", "wb").write(bytes(10 << 20))
        attempt("file too large", lambda: open("huge", "wb").write(bytes(300 << 20)))
        os.symlink("/", "everything")
        attempt("fifo", lambda: os.mkfifo("fifo"))
        """,
    ),
    "no-folder": threat(
        """
        import shutil
        shutil.rmtree(os.getcwd())
        """
    ),
    "many-threads": threat(
        """
        def spin():
            while True: pass
        def endless(): [spin() for _ in iter(int, 1)]
        def start():
            for _ in range(3_000):
                threading.Thread(target=time_waits.wait, daemon=False).start()
        time_waits = threading.Event()
        start()
        threading.Thread(target=lambda: list(iter(int, 1)), daemon=True).start()
        """,
        "failed",
    ),
}

#: Ones that last until a limit ends them, or that end their process.
SLOW: dict[str, Threat] = {
    "neighbours": threat(
        """
        import hangs
        import explodes
        """,
        "failed",
        "timed out",
        beside={
            "hangs.py": "list(iter(int, 1))\n",
            "explodes.py": "class E(BaseException): pass\nraise E()\n",
        },
    ),
    "endless-loop": threat("while True: pass\n", "timed out", well=True),
    "endless-hidden": threat('exec("while True: pass")\n', "timed out"),
    "endless-in-c": threat("sum(range(10**13))\n", "timed out"),
    "endless-in-numpy": threat(
        "import numpy as np\nm = np.random.rand(9000, 9000)\nnp.linalg.svd(m)\n", "timed out"
    ),
    "swallows": threat(
        """
        while True:
            try:
                while True: pass
            except BaseException: pass
        """,
        "timed out",
        well=True,
    ),
    "swallows-hidden": threat(
        'exec("while True:\\n try:\\n  while True: pass\\n except BaseException: pass")\n',
        "timed out",
        "crashed",
    ),
    "no-alarm": threat(
        'signal.signal(signal.SIGPROF, signal.SIG_IGN); exec("while True: pass")\n', "timed out"
    ),
    "sleeps": threat("threading.Event().wait()\n", "timed out"),
    "sleeps-in-c": threat("libc.sleep(10_000)\n", "timed out"),
    "hog": threat(
        """
        exec("hog = []\\nwhile True: hog.append(bytearray(100 << 20))")
        """,
        "failed",
        "timed out",
        "crashed",
    ),
    "small-hog": threat(
        """
        hog = []
        def fill():
            while True:
                try: hog.append(bytearray(1 << 20))
                except MemoryError: hog.append([])
        fill()
        """,
        "failed",
        "timed out",
        "crashed",
        well=True,
    ),
    "hog-in-c": threat(
        """
        libc.malloc.restype = ctypes.c_void_p
        while libc.malloc(ctypes.c_size_t(64 << 10)): pass
        exec("while libc.malloc(ctypes.c_size_t(64 << 10)): pass")
        hog = [bytes(100_000) for _ in range(100_000)]
        """,
        "failed",
        "timed out",
        "crashed",
        well=True,
    ),
    "prints": threat('exec("while True: print(123456789)")\n', "timed out"),
    "prints-past": threat(
        """
        attempt("flood", lambda: [os.write(2, b"x" * (1 << 20)) for _ in range(2_000)])
        """,
        "timed out",
        well=True,
    ),
    "figures": threat(
        """
        import matplotlib.pyplot as plt
        for number in range(100_000): plt.figure(); plt.plot([number])
        """,
        "timed out",
        well=True,
    ),
    "trainings": threat(
        """
        import keras, numpy as np
        def models():
            for n in range(100_000):
                m = keras.Sequential([keras.layers.Dense(n + 1, input_shape=(4,))])
                m.compile("sgd", "mse")
                m.fit(np.zeros((40, 4)), np.zeros((40, n + 1)), verbose=0)
        models()
        """,
        "timed out",
        well=True,
    ),
    "disk": threat(
        """
        def fill():
            for number in range(1_000):
                with open(f"fill-{number}", "wb") as file:
                    for _ in range(200): file.write(bytes(1 << 20))
        fill()
        """,
        "failed",
        "timed out",
        "crashed",
    ),
    "many-files": threat(
        "exec(\"for n in range(10**7): open(str(n), 'w').close()\")\n",
        "failed",
        "timed out",
        "crashed",
    ),
    "to-json-hangs": threat(
        """
        import keras, numpy as np
        class Hangs(keras.Sequential):
            def get_config(self): list(iter(int, 1))
            def to_json(self, **k): list(iter(int, 1))
        m = Hangs([keras.layers.Dense(1, input_shape=(4,))])
        m.compile("sgd", "mse")
        m.fit(np.zeros((40, 4)), np.zeros(40), verbose=0)
        """,
        "timed out",
        well=True,  # where memory fills so fast that its limit ends the loops before the time is up
        lost=True,  # where it fills too slowly for its limit to end the loop first
    ),
    "figure-hangs": threat(
        """
        import matplotlib.pyplot as plt
        from matplotlib.axes import Axes
        plt.plot([1, 2])
        Axes.get_title = lambda *a, **k: list(iter(int, 1))
        """,
        "timed out",
        "crashed",
        well=True,
        lost=True,
    ),
    "modules": threat("sys.modules.clear()\n", "failed", "crashed", well=True),
    "builtins-gone": threat(
        "for name in ('exec', 'compile', 'isinstance', 'len', 'range'): setattr(builtins, name, None)\n",
        "crashed",
    ),
    "abort": threat("libc.abort()\n", "crashed"),
    "segfault": threat("ctypes.string_at(0)\n", "crashed"),
    "exits": threat("libc._exit(0)\n", "crashed"),
    "signal": threat("signal.raise_signal(9)\n", "crashed"),
    "recursion": threat(
        """
        sys.setrecursionlimit(10**9)
        class Deep:
            def __getattr__(self, name): return repr(self)
            def __repr__(self): return str(getattr(self, "x"))
        def deep(n): return sorted([n], key=lambda n: deep(n + 1))
        deep(0)
        """,
        "crashed",
        "failed",
        "timed out",
    ),
    "spinning-threads": threat(
        """
        def spin():
            exec("while True: pass")
        for _ in range(40): threading.Thread(target=spin).start()
        """,
        "timed out",
        well=True,
    ),
    "closed": threat("os.closerange(0, 10_000)\n", "crashed"),
    "garbage": threat(
        """
        for number in range(3, 64):
            try: os.write(number, b"\\xff" * 4096)
            except OSError: pass
        """,
        "crashed",
    ),
    "patched-encoder": threat(
        "import msgspec\nmsgspec.json.encode = lambda *a, **k: b'[' * 1_000_000\n", "crashed"
    ),
}


#: What nobody cleans up but whoever ran it.
LOOT = """
import atexit, keras, numpy, os, sys, tempfile, threading, types
for folder in (".", os.environ["HOME"], tempfile.gettempdir()):
    open(folder + "/loot", "w").write("loot")
keras.loot = numpy.loot = os.environ["LOOT"] = "loot"
keras.Model.fit = lambda *a, **k: print("loot")
sys.modules["loot"] = types.ModuleType("loot")
atexit.register(print, "loot")
def go_on():
    while True:
        open("loot-later", "w").write("loot")
threading.Thread(target=go_on, daemon=True).start()
threading.Thread(target=go_on).start()
"""


def forging(replies: Sequence[tuple[Record, bytes]]) -> Threat:
    """Writes replies of its own to every descriptor, then waits, so that none but them arrives.

    Args:
        replies: Each with the bytes that go with it.
    """
    frames = b""
    for record, body in replies:
        answer = msgspec.Raw(msgspec.json.encode(record))
        head = msgspec.json.encode(Reply(answer=answer, usage=Usage(peak_memory_bytes=1)))
        frames += b"".join(struct.pack("!I", len(data)) + data for data in (head, body))
    return threat(
        f"""
        FRAMES = {frames!r}
        def forge():
            for number in range(3, 64):
                try:
                    left = FRAMES
                    while left: left = left[os.write(number, left):]
                except OSError: pass
            threading.Event().wait()
        forge()
        """,
    )
