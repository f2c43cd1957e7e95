"""What a call of a derivative costs: the three programs are run, with notes that count."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcompile.errors import ArgumentError
from adcompile.faces.compiled import Program, changed, program_of
from adcompile.faces.spreading import spread
from adcompile.faces.trees import copied
from adcompile.frontend import signature
from adcompile.targets import Target

if TYPE_CHECKING:
    from adcompile.costs.counting import Ledger
    from adcompile.costs.report import Cost
    from adcompile.pipeline import Derivation, Derived


def cost(
    f: Callable[..., Any], wrt: Any = None, of: Any = None, passes: Any = None
) -> Callable[..., Cost]:
    """The function that says what f and its derivatives cost, line by line, for its arguments.

    It runs the program, its tangent and its adjoint once each, as NumPy code.  Without `wrt` the
    independents are all arguments that are real.
    """
    from adcompile.costs.report import measured
    from adcompile.passes import chosen

    running = chosen(passes)
    general = program_of(f, Target("", passes=running) if running.off else None)
    wanted = general.dependents(of)
    if wrt is not None:
        general.independents(wrt)

    def call(*args: Any, **kwargs: Any) -> Cost:
        program = spread(general, args, kwargs)
        values = program.values(args, kwargs)
        names = program.reals(values) if wrt is None else program.independents(wrt)
        if not names:
            raise ArgumentError(f"none of the arguments of {program.name} is real")
        primal, value = _run(program, (), wanted, values, ())
        ways = [signature.to_real(values[program.names.index(name)]) for name in names]
        tangent, _ = _run(program, (("tangent", names),), wanted, values, ways)
        seed = (signature.to_real(value),)
        adjoint, _ = _run(program, (("adjoint", names),), wanted, values, seed)
        ledgers = {"primal": primal, "tangent": tangent, "adjoint": adjoint}
        file = program.function.__code__.co_filename
        return measured(program.name, ledgers, {file: linecache.getlines(file)})

    call.__name__ = f"{general.name}_cost"
    return call


def _run(
    program: Program, derivation: Derivation, of: Any, values: Sequence[Any], more: Sequence[Any]
) -> tuple[Ledger, Any]:
    """Run one of the programs; its ledger, and its result."""
    from adcompile.costs.counting import KEPT, RAN, counted

    ledgers: list[Ledger] = []

    def change(made: Derived) -> Derived:
        trace, ledger = counted(made.trace)
        ledgers.append(ledger)
        return replace(made, trace=trace)

    names: dict[str, Any] = {
        RAN: lambda number: ledgers[-1].ran(number),
        KEPT: lambda number, *kept: ledgers[-1].kept(number, *kept),
    }
    bound = changed(program, derivation, of, values, change, names)
    given = copied(tuple(values))
    return ledgers[-1], bound(given, copied(tuple(more)))
