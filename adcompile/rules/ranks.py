"""What callable columns need to know of ranks and lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.table import RuleError
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def rank_of(build: Builder, names: Names, name: str, op: str) -> int:
    """The rank of an operand; RuleError where it is not known."""
    dims = sk.dims_of(build.kind(names[name]))
    if dims is None:
        raise RuleError(f"the derivative of {op} needs the rank of {name}: annotate the parameters")
    return len(dims)


def static(names: Names, name: str, op: str) -> object:
    """The value of an option that must be a constant."""
    atom = names[name]
    if not isinstance(atom, Lit):
        raise RuleError(f"the derivative of {op} needs a constant {name}")
    return atom.value


def must_be_real(build: Builder, names: Names, name: str, op: str) -> None:
    """RuleError for complex numbers, of which the function is not holomorphic."""
    if k.dtype_of(build.kind(names[name])) == "complex":
        raise RuleError(f"the derivative of {op} is known for real numbers only")


def by_rank(
    op: str,
    operands: Sequence[str],
    choose: Callable[..., str],
    unknown: str | CallableColumn | None = None,
) -> CallableColumn:
    """A column whose text is choose(*ranks of the operands), or `unknown` where one is unknown."""

    def column(build: Builder, names: Names) -> Atom:
        if unknown is not None and not all(rank_known(build, names, name) for name in operands):
            return evaluate(unknown, names, build)
        ranks = [rank_of(build, names, name, op) for name in operands]
        return evaluate(choose(*ranks), names, build)

    return column


def rank_known(build: Builder, names: Names, name: str) -> bool:
    return sk.dims_of(build.kind(names[name])) is not None


def dtype_text(kind: k.Kind) -> str:
    """The argument `, dtype=...` that makes a new array as wide as one of this kind."""
    match k.dtype_of(kind):
        case "float" | "int" | "bool":
            return ""
        case "float32":
            return ', dtype="numpy.float32"'
        case "complex":
            return ', dtype="builtins.complex"'
    return ", dtype=x.dtype"


def as_wide(kind: k.Kind, text: str) -> str:
    """The text of an array of numbers, not wider than one of this kind."""
    dtype = dtype_text(kind)
    return f"np.asarray({text}{dtype})" if dtype else text


def length_text(build: Builder, names: Names, name: str, axis: int) -> str:
    """The length of an axis: a number where it is known."""
    dims = sk.dims_of(build.kind(names[name]))
    if dims is not None and -len(dims) <= axis < len(dims) and dims[axis].length is not None:
        return str(dims[axis].length)
    return f"np.shape({name})[{axis}]"
