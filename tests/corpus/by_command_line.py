"""Derivatives by the files that the command line writes, run where there is no adcompile."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from adcompile import cli
from corpus.check import moves, numbers, random_like, shifted

CORPUS = Path(__file__).parent
RUNNER = '''
import importlib.util, inspect, pickle, re, sys, traceback


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "adcompile":
            raise ImportError("the emitted modules are to run without adcompile")


sys.meta_path.insert(0, Absent())
modules = {}
for mode, path in pickle.load(sys.stdin.buffer).items():
    spec = importlib.util.spec_from_file_location(mode, path)
    modules[mode] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(modules[mode])
while True:
    try:
        mode, name, args, named, more = pickle.load(sys.stdin.buffer)
    except EOFError:
        break
    try:
        function = getattr(modules[mode], f"{name}_{mode}")
        words = " ".join(inspect.getdoc(function).split())
        wrt = re.search(r"with respect to ([\\w, ]+)\\.", words)[1].split(", ")
        if mode == "tangent":
            value, found = function(*args, *[more[key] for key in wrt], **named)
        else:
            value, found = function(*args, *more, **named)
        if mode == "adjoint":
            found = dict(zip(wrt, (found,) if len(wrt) == 1 else found, strict=True))
        result = value, found
    except Exception:
        result = traceback.format_exc()
    pickle.dump((result, args, named, more), sys.stdout.buffer)
    sys.stdout.buffer.flush()
'''


class Compiled:
    """One module of the corpus, compiled into a folder; what is emitted in a process of its own."""

    def __init__(self, group: str, folder: Path) -> None:
        self.source = folder / f"{group}.py"
        self.source.write_text((CORPUS / f"{group}.py").read_text())
        said = io.StringIO()
        self.refused: dict[str, dict[str, str]] = {}
        for mode in cli.MODES:
            said = io.StringIO()
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
                cli.main([str(self.source), "--mode", mode, "-o", str(self.path(mode))])
            parts = re.split(rf"^{re.escape(str(self.source))}: ", said.getvalue(), flags=re.M)
            for part in parts[1:]:
                name, what, reason = re.split(r" (not compiled|skipped): ", part, maxsplit=1)
                if what == "not compiled":
                    self.refused.setdefault(name, {})[mode] = reason
        self.process: subprocess.Popen[bytes] | None = None

    def path(self, mode: str) -> Path:
        return self.source.with_name(f"{self.source.stem}_{mode}.py")

    def start(self) -> subprocess.Popen[bytes]:
        paths = {mode: str(self.path(mode)) for mode in cli.MODES}
        environment = {**os.environ, "PYTHONPATH": str(CORPUS.parent)}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-c", RUNNER], stdin=pipe, stdout=pipe, env=environment
        )
        assert process.stdin is not None
        pickle.dump(paths, process.stdin)
        return process

    def run(self, *request: Any) -> Any:
        """The result of an emitted function; what it was given is as before."""
        self.process = self.process or self.start()
        assert self.process.stdin is not None and self.process.stdout is not None
        pickle.dump(request, self.process.stdin)
        self.process.stdin.flush()
        result, *given = pickle.load(self.process.stdout)
        if isinstance(result, str):
            raise AssertionError(result)
        for old, new in zip(request[2:], given, strict=True):
            np.testing.assert_array_equal(numbers(old), numbers(new), "an argument was changed")
        return result

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait()


class ByCommandLine:
    """The derivatives of one function by emitted files; its integers may move too, and rest."""

    def __init__(self, compiled: Compiled, function: Any, args: Sequence[Any]) -> None:
        self.compiled, self.name = compiled, function.__name__
        self.signature = inspect.signature(function)
        self.names = list(self.signature.parameters)
        self.moving = [number for number, arg in enumerate(args) if moves(arg)]

    def tangent(self, args: Any, ways: Any) -> tuple[Any, Any]:
        rng = np.random.default_rng(0)
        bound = self.bound(args)
        every = {name: at_rest(random_like(arg, rng)) for name, arg in bound.arguments.items()}
        every |= {self.names[n]: way for n, way in zip(self.moving, ways, strict=True)}
        value, value_dot = self.compiled.run("tangent", self.name, bound.args, bound.kwargs, every)
        return value, value_dot

    def adjoint(self, args: Any, seed: Any) -> tuple[Any, Any]:
        bound = self.bound(args)
        value, bars = self.compiled.run("adjoint", self.name, bound.args, bound.kwargs, [seed])
        return value, [bars[self.names[number]] for number in self.moving]

    def bound(self, args: Any) -> inspect.BoundArguments:
        """The arguments with the defaults, which the emitted functions do not have."""
        bound = self.signature.bind(*args)
        bound.apply_defaults()
        return bound


def at_rest(tree: Any) -> Any:
    return shifted(tree, tree, -1.0)
