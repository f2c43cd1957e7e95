"""Derivatives by the files that the command line writes, run where there is no adcompile."""

from __future__ import annotations

import contextlib
import inspect
import io
import itertools
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from adcompile import cli
from adcompile.cli import module_text
from corpus.check import moves, numbers, random_like, shifted

CORPUS = Path(__file__).parent
RUNNER = """
import importlib.util, inspect, pickle, re, sys, traceback, warnings


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "adcompile":
            raise ImportError("there is no adcompile here")


def loaded(mode):
    if mode not in modules:
        spec = importlib.util.spec_from_file_location(mode, paths[mode])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        modules[mode] = module
    return modules[mode]


def answer(mode, name, args, named, more, quiet=False):
    if quiet:
        with warnings.catch_warnings(action="ignore"):
            return answer(mode, name, args, named, more)
    function = getattr(loaded(mode), f"{name}_{mode}")
    words = " ".join(inspect.getdoc(function).split())
    wrt = re.search(r"with respect to ([\\w, ]+)\\.", words)[1].split(", ")
    if mode == "tangent":
        return function(*args, *[more[key] for key in wrt], **named)
    value, bars = function(*args, *more, **named)
    return value, dict(zip(wrt, (bars,) if len(wrt) == 1 else bars, strict=True))


sys.meta_path.insert(0, Absent())
modules, paths = {}, pickle.load(sys.stdin.buffer)
while request := pickle.load(sys.stdin.buffer):
    try:
        result = answer(*request)
    except Exception:
        result = traceback.format_exc()
    pickle.dump((result, *request[2:]), sys.stdout.buffer)
    sys.stdout.buffer.flush()
"""


class Compiled:
    """A module of the corpus, compiled into a folder; what is emitted runs in another process.

    `refused` has the functions that were not compiled, and for each mode why.
    """

    def __init__(self, group: str, folder: Path, text: str | None = None) -> None:
        self.source = folder / f"{group}.py"
        self.source.write_text((CORPUS / f"{group}.py").read_text() if text is None else text)
        self.refused: dict[str, dict[str, list[str]]] = {}
        self.compile()
        self.process: subprocess.Popen[bytes] | None = None

    def compile(self) -> None:
        """The command without options, which writes the file of each mode from one lowering."""
        said, output = io.StringIO(), contextlib.redirect_stdout(io.StringIO())
        noting = mock.patch.object(cli, "module_text", self.noted)
        with contextlib.redirect_stderr(said), output, noting:
            cli.main([str(self.source)])
        for of_function in self.refused.values():
            for reason in itertools.chain(*of_function.values()):
                assert f" not compiled: {reason}\n" in said.getvalue(), reason

    def noted(self, source: Any, modes: Sequence[str]) -> Any:
        """What the command makes of a file in one mode; what it refuses is noted."""
        content, failures = module_text(source, modes)
        for failure in failures:
            if not failure.skipped:
                of_function = self.refused.setdefault(failure.function, {})
                of_function.setdefault(*modes, []).append(failure.reason)
        return content, failures

    def path(self, mode: str) -> Path:
        return self.source.with_name(f"{self.source.stem}_{mode}.py")

    def start(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        environment = {**os.environ, "PYTHONPATH": str(CORPUS.parent)}
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", RUNNER], stdin=pipe, stdout=pipe, env=environment
        )

    def send(self, message: Any) -> None:
        assert self.process is not None and self.process.stdin is not None
        pickle.dump(message, self.process.stdin)
        self.process.stdin.flush()

    def run(self, *request: Any) -> tuple[Any, Any]:
        """What an emitted function returns; what it was given is as before."""
        if self.process is None:
            self.process = self.start()
            self.send({mode: str(self.path(mode)) for mode in cli.MODES})
        self.send(request)
        assert self.process.stdout is not None
        result, *given = pickle.load(self.process.stdout)
        if isinstance(result, str):
            raise AssertionError(result)
        for old, new in zip(request[2:], given, strict=True):
            np.testing.assert_array_equal(numbers(old), numbers(new), "an argument was changed")
        value, found = result
        return value, found

    def close(self) -> None:
        if self.process is not None:
            self.send(None)
            self.process.communicate()


class ByCommandLine:
    """The derivatives of one function by emitted files; what does not move is at rest.

    `quiet` lets them warn, as float32 does earlier.
    """

    def __init__(self, compiled: Compiled, function: Any, args: Sequence[Any]) -> None:
        self.compiled, self.name = compiled, function.__name__
        self.signature = inspect.signature(function)
        self.names = list(self.signature.parameters)
        self.moving = [number for number, arg in enumerate(args) if moves(arg)]

    def tangent(self, args: Any, ways: Any, quiet: bool = False) -> tuple[Any, Any]:
        rng = np.random.default_rng(0)
        bound = self.bound(args)
        every = {name: at_rest(random_like(arg, rng)) for name, arg in bound.arguments.items()}
        every |= {self.names[n]: way for n, way in zip(self.moving, ways, strict=True)}
        return self.compiled.run("tangent", self.name, bound.args, bound.kwargs, every, quiet)

    def adjoint(self, args: Any, seed: Any, quiet: bool = False) -> tuple[Any, Any]:
        bound = self.bound(args)
        request = "adjoint", self.name, bound.args, bound.kwargs, [seed], quiet
        value, bars = self.compiled.run(*request)
        return value, [bars[self.names[number]] for number in self.moving]

    def bound(self, args: Any) -> inspect.BoundArguments:
        """The arguments with the defaults, which the emitted functions do not have."""
        bound = self.signature.bind(*args)
        bound.apply_defaults()
        return bound


def at_rest(tree: Any) -> Any:
    return shifted(tree, tree, -1.0)
