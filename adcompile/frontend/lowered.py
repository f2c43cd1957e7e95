"""What lowering a function gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adcompile.frontend import sources as s
from adcompile.trace.ir import Trace, Var


@dataclass(frozen=True, slots=True)
class Lowered:
    """A function as a trace, and what belongs to it.

    `closure` gives the data of each keyword parameter that stands for a value from outside;
    `constants` are module-level statements that the text needs; `imports` the modules it uses, with
    the alias it knows them by; `independents` the parameters that can be real; `mutated` the
    parameters that the function overwrites; `static` the outside values that were taken as they
    are, each with the way to read it again: where one has changed, the trace is no longer right;
    `exceptions` the user's own classes that the text defines, each with the path to the class;
    `updated` what an array has become by += and the like, and which, where the type may not fit.
    """

    trace: Trace
    closure: Mapping[str, s.Data]
    constants: tuple[str, ...]
    imports: Mapping[str, str]
    independents: tuple[str, ...]
    mutated: tuple[str, ...]
    functions: tuple[Any, ...] = ()
    static: Mapping[str, tuple[Callable[[], Any], Any]] = field(default_factory=dict)
    exceptions: Mapping[str, str] = field(default_factory=dict)
    updated: Mapping[Var, Var] = field(default_factory=dict)
