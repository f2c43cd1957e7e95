"""What the compiler itself costs: compile time, the cache, the import; and bytes on the tape."""

from __future__ import annotations

import itertools
import linecache
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import adcompile as ad

_number = itertools.count(1)


def straight_line(lines: int) -> Callable[..., Any]:
    """A function of so many lines, each an assignment; no two of these functions are the same."""
    text = [f"import math\n\n\ndef f(x, y):\n    a0 = x * y * {next(_number)}.5\n"]
    forms = (
        "math.sin(a{0}) * y", "a{0} + a{1} * 0.5", "a{0} / (2.0 + a{1} * a{1})",
        "math.exp(-a{0} * a{0}) - x", "a{0} * 0.3 + math.sqrt(1.0 + a{1} * a{1})",
    )  # fmt: skip
    for i in range(1, lines):
        form = forms[i % len(forms)].format(i - 1, max(0, i - 7))
        text.append(f"    a{i} = {form}\n")
    text.append(f"    return a{lines - 1}\n")
    return _load("".join(text), f"<straight line of {lines}>")


def nested(depth: int, head: str) -> Callable[..., Any]:
    """A function of so many loops or branches, each inside the one before, with a line in each."""
    text = [f"import math\n\n\ndef f(x, y):\n    a = x * {next(_number)}.5\n"]
    for i in range(depth):
        text.append(f"{'    ' * (i + 1)}{head.format(i)}\n")
        text.append(f"{'    ' * (i + 2)}a = a * math.sin(a + y)\n")
    text.append("    return a\n")
    return _load("".join(text), f"<{depth} times {head}>")


def _load(text: str, name: str) -> Callable[..., Any]:
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": "benchmark"}
    exec(compile(text, name, "exec"), namespace)
    return namespace["f"]


def compile_seconds(lines: int, repeats: int = 1, head: str = "") -> float:
    """From a live function to its adjoint's first result, with nothing in the cache."""
    times = []
    for _ in range(repeats):
        with _empty_cache():
            function = nested(lines // 2, head) if head else straight_line(lines)
            start = time.process_time()
            ad.adjoint(function, wrt=("x", "y"))(0.7, 1.3)
            times.append(time.process_time() - start)
    return statistics.median(times)


class _empty_cache:
    def __enter__(self) -> None:
        self.before = os.environ.get("ADCOMPILE_CACHE")
        self.folder = tempfile.TemporaryDirectory()
        os.environ["ADCOMPILE_CACHE"] = self.folder.name

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()
        if self.before is None:
            del os.environ["ADCOMPILE_CACHE"]
        else:
            os.environ["ADCOMPILE_CACHE"] = self.before


CACHED = """
import sys, time
sys.path.insert(0, {folder!r})
from adcompile import adjoint
from program import f
start = time.process_time()
adjoint(f, wrt=("x", "y"))(0.7, 1.3)
print(time.process_time() - start)
"""


FIRST = """
import time
from adcompile import adjoint
from benchmarks.building import straight_line
function = straight_line(50)
start = time.process_time()
adjoint(function, wrt=("x", "y"))(0.7, 1.3)
print(time.process_time() - start)
"""


def first_seconds() -> float:
    """The first function that a process compiles: the compiler is loaded, the rules are read."""
    with _empty_cache():
        return float(_python(FIRST, dict(os.environ)))


def cached_seconds() -> float:
    """A function compiled before, by another process: until its first result here."""
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(f"    a = a * math.sin(y + {i}.0)\n" for i in range(48))
        text = f"import math\n\n\ndef f(x, y):\n    a = x\n{lines}    return a\n"
        with open(os.path.join(folder, "program.py"), "w") as file:
            file.write(text)
        environment = dict(os.environ, ADCOMPILE_CACHE=os.path.join(folder, "cache"))
        script = CACHED.format(folder=folder)
        times = [float(_python(script, environment)) for _ in range(6)]
        return statistics.median(times[1:])


def _python(script: str, environment: dict[str, str] | None = None) -> str:
    command = [sys.executable, "-c", script]
    # threads of BLAS that wait would be counted
    alone = {**(environment or os.environ), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=True)
    return done.stdout


IMPORT = """
import time
import numpy
start = time.process_time()
from adcompile import adjoint, grad, hvp, jvp, tangent, value_and_grad, vjp
print(time.process_time() - start)
"""


def import_seconds() -> float:
    """`import adcompile` where numpy is imported already."""
    _python(IMPORT)
    return statistics.median(float(_python(IMPORT)) for _ in range(9))


def linear_loop(x: float, n: int) -> float:
    for _ in range(n):
        x = 0.999 * x + 0.1
    return x


def nonlinear_loop(x: float, n: int) -> float:
    for _ in range(n):
        x = x - 0.01 * x * x
    return x


def tape_bytes(function: Callable[..., Any], turns: int) -> float:
    """Bytes that a reverse sweep over so many turns holds at its peak."""
    adjoint = ad.adjoint(function, wrt="x")
    adjoint(0.5, 3)
    tracemalloc.start()
    try:
        adjoint(0.5, turns)
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def table() -> list[dict[str, Any]]:
    """One row a figure, with its goal."""
    compile_seconds(10)
    fifty, thousand, two = compile_seconds(50, 5), compile_seconds(1000), compile_seconds(2000)
    branches, few = (compile_seconds(lines, 3, "if a > {}.0:") for lines in (80, 20))
    loops = compile_seconds(36, 3, "for i{} in range(1):")
    turns = 1_000_000
    return [
        _row("compile 50 lines, ms", fifty * 1e3, "<= 50"),
        _row("the first 50 lines of a process, ms", first_seconds() * 1e3, ""),
        _row("compile 1000 lines, s", thousand, ""),
        _row("compile 2000 lines, s", two, "<= 5"),
        _row("2000 lines / 1000 lines", two / thousand, "about 2"),
        _row("compile 40 branches, 80 lines, ms", branches * 1e3, "<= 80"),
        _row("compile 18 loops, 36 lines, ms", loops * 1e3, "<= 36"),
        _row("40 branches / 10 branches", branches / few, "about 4"),
        _row("cached function ready, ms", cached_seconds() * 1e3, "<= 5"),
        _row("import beyond numpy, ms", import_seconds() * 1e3, "<= 60"),
        _row("linear loop of 10^6 turns, bytes", tape_bytes(linear_loop, turns), "no tape"),
        _row("nonlinear loop, bytes a turn", tape_bytes(nonlinear_loop, turns) / turns, "about 40"),
    ]


def _row(what: str, value: float, goal: str) -> dict[str, Any]:
    return {"what": what, "value": value, "goal": goal}
