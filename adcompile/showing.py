"""What the command line prints besides derivatives: traces pass by pass, and costs line by line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from adcompile.costs.report import PROGRAMS, Cost, estimated
from adcompile.frontend.entities import lines_of
from adcompile.requested import DONE, MODES, NOT_DONE, Source, derived, report
from adcompile.trace.ir import Trace
from adcompile.trace.show import show
from adcompile.trace.watch import watching

TRACED = (
    "lower", "rounded", "renewed", "tangent", "winners", "adjoint", "joint_calls", "joint", "fold",
    "invariant", "common", "branches", "stores", "dead", "stopped", "attempts", "reals",
    "forwards", "rows",
    "arrays", "products", "updates", "workspaces", "shapes", "storage", "reuse", "order",
)  # fmt: skip
"""What makes a trace of a trace, in order; the rest decides while one of these runs."""


@contextmanager
def traces(only: str | None) -> Iterator[list[str]]:
    """Collects the trace after each pass that has changed it, or after one pass alone."""
    texts: list[str] = []
    last: dict[str, str] = {}

    def watch(name: str, trace: Trace) -> None:
        text = show(trace, locations=True)
        changed = last.get(trace.name) != text
        last[trace.name] = text
        if changed and only in (None, name):
            texts.append(f"# after {name}\n{text}")

    with watching(watch):
        yield texts


def show_traces(options: argparse.Namespace, text: str) -> int:
    """Print the traces on the way to each derivative."""
    only = None if options.trace == "all" else options.trace
    modes = MODES if options.mode in (None, "both") else (options.mode,)
    with traces(only) as texts:
        made, failures = derived(Source(options, text), modes)
    sys.stdout.write("\n".join(dict.fromkeys(texts)))
    report(options.file, failures)
    return DONE if made else NOT_DONE


def show_costs(options: argparse.Namespace, text: str) -> int:
    """Print what each line of each function costs."""
    made, failures = derived(Source(options, text), PROGRAMS)
    texts = {"<stdin>" if options.file == "-" else options.file: lines_of(text)}
    costs: list[Cost] = []
    for parts in zip(*(made[n :: len(PROGRAMS)] for n in range(len(PROGRAMS)))):
        traces = {program: part.trace for program, part in zip(PROGRAMS, parts)}
        costs.append(estimated(parts[0].name, traces, texts))
    sys.stdout.write("\n".join(map(str, costs)))
    report(options.file, failures)
    return DONE if made else NOT_DONE
