"""What is computed, as far as the text goes, only for what it may raise: nobody reads the result.

    np.linalg.cholesky(A)        v1 = call numpy.linalg.cholesky(A)
                                 effect("_0_", v1)
    row = table[key]             the same, where nothing in the function reads `row`

A derivative raises what the primal does.  What would raise for arrays of other shapes alone is kept
where it is written to ask for them, and no arithmetic is.  A try keeps all that it holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeGuard

from adcompile.frontend import liveness, memory
from adcompile.frontend.values import Num, Ref, Value
from adcompile.rules.memory import KEPT
from adcompile.rules.raising import asks
from adcompile.trace.ir import Apply, Atom, Block, Equation, Lit, Var, walk

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


LIBRARIES = ("numpy.linalg.", "scipy.linalg.")


class Result:
    """What a statement computes."""

    value: Value | None = None


@contextmanager
def kept(low: Lowerer, node: ast.expr, targets: Sequence[ast.expr] = ()) -> Iterator[Result]:
    """An expression is kept where it asks something, and nobody reads what it is assigned to."""
    eqns, mark, result = low.build.eqns, len(low.build.eqns), Result()
    before = dict(low.state.current) if _are_unread(low, targets) else None
    yield result
    changes = before is None or any(
        low.state.current.get(storage) is not atom for storage, atom in before.items()
    )
    if changes or low.raising is not None or low.build.eqns is not eqns:
        return  # what an xs.pop() changes is there for those who read that
    atom = _atom(low, result.value)
    made = Block(tuple(eqns[mark:]), ())
    if not any(asks(eqn, low.build.kinds) for eqn in walk(made)):
        return
    held = {arg for eqn in made.eqns if _is_kept(eqn) for arg in eqn.args}
    outs = {out: None for eqn in made.eqns if isinstance(eqn, Apply) for out in eqn.outs}
    if atom not in outs:  # of several results, or of a dictionary the one value that it holds
        asking = [e for e in made.eqns if isinstance(e, Apply) and asks(e, low.build.kinds)]
        places = isinstance(node, ast.Subscript)
        asking = [e for e in asking if places or e.op.startswith(LIBRARIES)]
        atom = next((e.out for e in reversed(asking) if e.out not in held), None)
    if isinstance(atom, Var) and atom in outs and atom not in held:
        low.build.apply_many("mem.effect", (Lit(KEPT), atom), ())


def _is_kept(eqn: Equation) -> TypeGuard[Apply]:
    """Is this done by a helper, of what it computes?"""
    return isinstance(eqn, Apply) and eqn.op == "mem.effect" and eqn.args[0] == Lit(KEPT)


def _atom(low: Lowerer, value: Value | None) -> Atom | None:
    """What a value is read from, now: an element that is a view is taken here."""
    return memory.atom_of(low, value) if isinstance(value, (Num, Ref)) else None


def _are_unread(low: Lowerer, targets: Sequence[ast.expr]) -> bool:
    """Are these names of the function that nothing in it reads?"""
    read = liveness.loads(low.frame.function.node)
    names = [name for target in targets for name in ast.walk(target)]
    return all(
        isinstance(name, (ast.Tuple, ast.List, ast.expr_context))
        or (isinstance(name, ast.Name) and name.id not in read and _is_own(low, name.id))
        for name in names
    )


def _is_own(low: Lowerer, name: str) -> bool:
    return (low.frame.number, name) not in low.nonlocals
