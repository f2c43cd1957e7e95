"""The tool's side of GradBench's protocol: a message a line in, an answer a line out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from benchmarks.gradbench import inputs
from benchmarks.gradbench.derive import Compiler
from benchmarks.gradbench.modules import Entry, entries

Message = dict[str, Any]


class Tool:
    """What was defined so far, and how to answer."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.defined: dict[str, dict[str, Entry]] = {}

    def answer(self, message: Message) -> Message:
        """The answer to a message; an error is part of it."""
        answer: Message = {"id": message["id"]}
        match message.get("kind"):
            case "start":
                return answer | {"tool": "adcompile"}
            case "define":
                return answer | guarded(lambda: self.define(message["module"]))
            case "evaluate":
                return answer | guarded(lambda: self.evaluate(message))
        return answer

    def define(self, module: str) -> Message:
        """Compile a problem's functions, by calling them with small inputs."""
        made = entries(module, self.compiler)
        for given in inputs.small(module):
            for entry in made.values():
                entry(given)
        self.defined[module] = made
        return {}

    def evaluate(self, message: Message) -> Message:
        """Call a function once to warm up, then as often and as long as was asked."""
        functions = self.defined.get(message["module"])
        if functions is None:
            raise KeyError(f"module {message['module']} is not defined")
        if message["function"] not in functions:
            raise KeyError(f"module {message['module']} has no function {message['function']}")
        entry, given = functions[message["function"]], message["input"]
        asked = given if isinstance(given, dict) else {}
        arguments = entry.arguments(given)
        entry.call(*arguments)
        result, runs = timed(
            entry.call, arguments, int(asked.get("min_runs", 1)), float(asked.get("min_seconds", 0))
        )
        timings = [{"name": "evaluate", "nanoseconds": run} for run in runs]
        return {"output": entry.output(result), "timings": timings}


def timed(
    call: Callable[..., Any], arguments: tuple[Any, ...], min_runs: int, min_seconds: float
) -> tuple[Any, list[int]]:
    """The result, and the nanoseconds of each of at least so many runs, for at least so long."""
    runs: list[int] = []
    total = 0
    while True:
        start = time.perf_counter_ns()
        result = call(*arguments)
        runs.append(time.perf_counter_ns() - start)
        total += runs[-1]
        if len(runs) >= min_runs and total >= min_seconds * 1e9:
            return result, runs


def guarded(act: Callable[[], Message]) -> Message:
    """What was done, with success; where it raised, with the error and without success."""
    try:
        return {"success": True, **act()}
    except Exception as error:
        return failure(error)


def failure(error: Exception) -> Message:
    text = error.args[0] if isinstance(error, KeyError) else error
    return {"success": False, "error": f"{type(error).__name__}: {text}"}


def serve(messages: Iterable[str], out: TextIO, compiler: Compiler) -> None:
    """Answer every message until there are no more."""
    tool = Tool(compiler)
    for line in messages:
        if not line.strip():
            continue
        answer = tool.answer(json.loads(line))
        try:
            text = json.dumps(answer, allow_nan=False)
        except ValueError as error:
            text = json.dumps({"id": answer["id"], **failure(error)})
        print(text, file=out, flush=True)
