"""Names and places of the parameters that a derivative adds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from adcompile.trace.ir import Atom, Block, Loc, Node, Param, Trace, Var, callee
from adcompile.trace.kinds import Kind
from adcompile.trace.substitute import clone


def free_name(name: str, params: Iterable[Param]) -> str:
    """The name, with a number behind it if a parameter has it already."""
    taken = {param.name for param in params}
    number, result = 2, name
    while result in taken:
        result, number = f"{name}{number}", number + 1
    return result


def function_name(name: str, taken: Iterable[str]) -> str:
    """The name of a function that a transform makes, numbered if there is one already."""
    known = set(taken)
    number, result = 2, name
    while result in known:
        result, number = f"{name}_{number}", number + 1
    return result


def results_named(trace: Trace) -> tuple[str, ...]:
    """The names that the results of a trace have in the text of a derivative; "" for none."""
    if trace.wanted:
        return trace.wanted
    if not isinstance(trace.result, Node):
        return ((isinstance(trace.result, Var) and trace.result.name) or "value",)
    return tuple(atom.name if isinstance(atom, Var) else "" for atom in trace.body.results)


def derived_names(names: Iterable[str], suffix: str) -> tuple[str, ...]:
    """x_dot for x; nothing for nothing."""
    return tuple(f"{name}{suffix}" if name else "" for name in names)


def anew(
    name: str, inputs: Sequence[Var], body: Block, kinds: dict[Var, Kind], doc: str,
    loc: Loc | None,
) -> Trace:  # fmt: skip
    """A callee whose variables are all new: no two functions share any."""
    new: dict[Var, Atom] = {}
    for var in inputs:
        made = Var(var.name)
        kinds[made] = kinds[var]
        new[var] = made
    params = tuple(var for var in new.values() if isinstance(var, Var))
    return callee(name, params, clone(body, new, kinds), kinds, doc, loc)


def place_after_positional(params: tuple[Param, ...], new: tuple[Param, ...]) -> tuple[Param, ...]:
    """The parameters with new ones after the positional ones, whose defaults go if they must."""
    positional = tuple(param for param in params if param.place == "positional")
    others = tuple(param for param in params if param.place != "positional")
    if any(param.default is None for param in new):
        positional = tuple(replace(param, default=None) for param in positional)
    return positional + new + others
