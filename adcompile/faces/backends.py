"""What runs the emitted code: Python, or Numba.

Numba compiles when a kernel is first called.  What it takes longer than a second for is said on
standard error; what it refuses is a BackendError.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from adcompile.errors import ArgumentError, BackendError
from adcompile.passes import Passes, chosen
from adcompile.targets import BACKENDS, Target

PATIENCE = 1.0
"""Seconds that Numba may compile before it is said."""


def target_of(backend: Any, exact: bool = False, passes: Any = None) -> Target | None:
    """What `backend=` and `passes=` ask for; None is Python, always exact, with every pass."""
    running = chosen(passes)
    if backend is None:
        return Target("", passes=running) if running.off else None
    if backend not in BACKENDS:
        raise ArgumentError(
            f"there is no backend {backend!r}; there is 'numba', and without one NumPy code"
        )
    if importlib.util.find_spec("numba") is None:
        raise ArgumentError(
            "backend='numba' needs Numba, which is not installed: pip install 'adcompile[numba]'"
        )
    return _target(backend, bool(exact), running)


@functools.cache
def _target(backend: str, exact: bool, running: Passes) -> Target:
    """The same target each time: what is known of it is found without a comparison."""
    return Target(backend, exact, running)


class Watch:
    """Watches Numba compile functions of ours; of one thread at a time, as Numba compiles."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.depth = 0
        self.begun = 0.0
        self.name = ""
        self.said = False
        self.failure: BaseException | None = None
        self.timer: threading.Timer | None = None

    def entered(self, code: CodeType | None) -> None:
        """Numba begins to compile a function."""
        if self.depth or (code is not None and code.co_filename in self.files):
            self.depth += 1
            if self.depth == 1 and code is not None:
                self.start(code.co_name)

    def left(self, failure: BaseException | None) -> None:
        """Numba has compiled it, or failed."""
        if self.depth:
            self.depth -= 1
            self.failure = failure
            if not self.depth:
                self.stop()

    def start(self, name: str) -> None:
        self.begun, self.name, self.said = time.perf_counter(), name, False
        self.timer = threading.Timer(PATIENCE, self.say)
        self.timer.daemon = True
        self.timer.start()

    def say(self) -> None:
        self.said = True
        print(f"adcompile: Numba is compiling {self.name} ...", file=sys.stderr, flush=True)

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if self.said:
            took = time.perf_counter() - self.begun
            what = "gave up" if self.failure is not None else "done"
            print(f"adcompile: {self.name}: {what} after {took:.1f} s", file=sys.stderr, flush=True)


@functools.cache
def watch() -> Watch:
    """The listener of this process."""
    from numba.core import event

    found = Watch()

    class Listener(event.Listener):
        def on_start(self, event: Any) -> None:
            function = getattr(event.data.get("dispatcher"), "py_func", None)
            found.entered(getattr(function, "__code__", None))

        def on_end(self, event: Any) -> None:
            details = getattr(event, "_exc_details", None)
            found.left(details[1] if details else None)

    event.register("numba:compile", Listener())
    return found


@functools.cache
def scratch() -> Path:
    """A folder for modules that the cache cannot keep; Numba compiles what lies in a file."""
    made = Path(tempfile.mkdtemp(prefix="adcompile_"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def in_file(text: str, stem: str, key: str) -> str:
    """The path of a module with this text, in a folder that lasts as long as the process."""
    path = scratch() / f"{stem}_{key}.py"
    path.write_text(text, encoding="utf-8")
    return str(path)


def guarded(function: Callable[..., Any], file: str, name: str) -> Callable[..., Any]:
    """The function of a module of ours, with Numba's refusals as ours."""
    watched = watch()
    watched.files.add(file)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            if error is not watched.failure and not (error.args and LACKED.match(str(error))):
                raise
            watched.failure = None
            raise BackendError(refused(name, file, error)) from error

    functools.update_wrapper(call, function)
    return call


ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
PLACE = re.compile(r'File "(?P<file>[^"]*)", line (?P<line>\d+)')
SPECIFIC = re.compile(r"raised a specific error:\n(.*)")
LACKED = re.compile(r"expected .*, got None$")
"""What Numba says when it runs, of a None among lists or numbers of one type."""
NOISE = ("Failed in", "During:", "There are", "Enable logging", "To see", "File ", "Overload", "-")


def refused(name: str, file: str, error: BaseException) -> str:
    """What Numba refused, and the line of the emitted module where it stands."""
    text = ESCAPE.sub("", str(error))
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and not line.startswith(NOISE)]
    what = " ".join(said[:3]) or type(error).__name__
    specific = SPECIFIC.findall(text)
    if specific:
        what = specific[-1].strip()
    places = [m for m in PLACE.finditer(text) if Path(m["file"]).name == Path(file).name]
    where = ""
    if places:
        number = int(places[-1]["line"])
        written = Path(file).read_text(encoding="utf-8").splitlines()
        line = written[number - 1].strip() if number <= len(written) else ""
        where = f"\n    {file}, line {number}: {line}"
    return (
        f"Numba cannot compile {name}: {what}{where}\n"
        "    leave out backend='numba' to run this derivative as NumPy code"
    )
