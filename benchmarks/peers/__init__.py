"""The same programs for other tools: functional, as these need them, and checked against ours."""

from __future__ import annotations

import importlib.util
from typing import Any

from benchmarks.cases import Case
from benchmarks.measure import Call

TOOLS = ("jax", "torch", "autograd")


def installed() -> tuple[str, ...]:
    """The tools that there are."""
    return tuple(tool for tool in TOOLS if importlib.util.find_spec(tool) is not None)


def form(case: Case, tool: str) -> Call | None:
    """The gradient of a case by a tool, or None where there is no version of it."""
    from benchmarks.peers import forms, tools

    function = forms.FORMS.get(case.form)
    if function is None or (case.form == "heat" and case.group != "polybench"):
        return None
    lib: Any = getattr(tools, tool)()
    if case.form == "kmeans":
        call: Call = lib.newton(function, case.args)
        return call
    call = lib.gradient(function, case.args, [case.parameters.index(name) for name in case.wrt])
    return call
