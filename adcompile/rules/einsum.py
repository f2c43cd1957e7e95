"""np.einsum for any number of operands: the transpose is an einsum again.

    z = np.einsum("ij,jk->ik", x, y)       x_bar = np.einsum("ik,jk->ij", z_bar, y)

Labels of one operand alone are summed over: the transpose spreads z_bar along them.  A label twice
in one operand is a diagonal: the transpose multiplies with an identity matrix.
"""

from __future__ import annotations

from string import ascii_letters

from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import dtype_text, static
from adcompile.rules.table import RuleError, bilinear, family
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    for count in (2, 3, 4):
        add_row(count)
    family("numpy.einsum", add_row)


def add_row(count: int) -> None:
    """The row of einsum with `count` arguments, the subscripts included."""
    operands = [f"x{i}" for i in range(1, count)]
    columns = [transpose(i, operands) for i in range(len(operands))]
    bilinear(f"z = np.einsum(subscripts, {', '.join(operands)})", None, *columns, kind=kind)


def split(subscripts: str) -> tuple[list[str], str]:
    """The labels of each operand, and of the result, also where they are implied."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not arrow:
        labels = inputs.replace(",", "").replace(".", "")
        output = "".join(sorted(label for label in set(labels) if labels.count(label) == 1))
        output = ("..." if "." in inputs else "") + output
    return terms, output


def kind(kinds: list[k.Kind], atoms: list[Atom]) -> k.Kind:
    dtype = sk.promoted(kinds[1:])
    if not isinstance(atoms[0], Lit):
        return k.Any_(dtype)
    terms, output = split(atoms[0].value)
    dims: dict[str, k.Dim] = {}
    batch: sk.Dims | None = ()
    for term, operand in zip(terms, kinds[1:]):
        shape = sk.dims_of(operand)
        if shape is None:
            return k.Any_(dtype)
        before, dots, after = term.partition("...")
        inner = len(shape) - len(before) - len(after)
        if dots:
            batch = k.broadcast_dims(batch, shape[len(before) : len(before) + inner])
        shape = shape[: len(before)] + shape[len(before) + inner :]
        for label, dim in zip(before + after, shape):
            dims[label] = dim if label not in dims or dims[label].is_one else dims[label]
    before, dots, after = output.partition("...")
    return sk.array(
        dtype,
        (*(dims[i] for i in before), *(batch or () if dots else ()), *(dims[i] for i in after)),
    )


def transpose(position: int, operands: list[str]) -> CallableColumn:
    """The column of the operand at this position."""

    def column(build: Builder, names: Names) -> Atom:
        subscripts = static(names, "subscripts", "np.einsum")
        terms, output = split(str(subscripts))
        mine, factors = terms[position], [(output, "z_bar")]
        factors += [(t, o) for i, (t, o) in enumerate(zip(terms, operands)) if i != position]
        mine, diagonals = _without_repeats(mine, "".join(terms))
        scope = {**names, "x": names[operands[position]]}
        dtype = dtype_text(build.kind(scope["x"]))
        for pair in diagonals:
            axis = mine.index(pair[1])
            factors.append((pair, f"np.eye(np.shape(x)[{axis}]{dtype})"))
        return evaluate(_spread(mine, factors), scope, build)

    return column


def _without_repeats(term: str, used: str) -> tuple[str, list[str]]:
    """The term with new labels for repeated ones, and the pairs of labels that must be equal."""
    new = iter(label for label in ascii_letters if label not in used)
    result, pairs = "", []
    for label in term:
        if label != "." and label in result:
            fresh = next(new)
            pairs.append(label + fresh)
            label = fresh
        result += label
    return result, pairs


def _spread(mine: str, factors: list[tuple[str, str]]) -> str:
    """The product of the factors with the labels `mine`, spread along those that no factor has."""
    present = "".join(term for term, _ in factors)
    lonely = [label for label in mine.replace(".", "") if label not in present]
    if lonely and "." in mine:
        raise RuleError(
            "np.einsum that sums over an axis of one operand alone, with ..., has no derivative"
        )
    dots = "..." if "." in present and "." not in mine else ""
    target = dots + "".join(label for label in mine if label not in lonely)
    terms = ",".join(term for term, _ in factors)
    if [target] == [term for term, _ in factors]:
        product = "z_bar"
    else:
        product = f'np.einsum("{terms}->{target}", {", ".join(text for _, text in factors)})'
    if not lonely:
        return product
    axes = tuple(i for i, label in enumerate(mine) if label in lonely)
    if axes != tuple(range(len(axes))):
        product = f"np.expand_dims({product}, {axes})"
    return f"np.broadcast_to({product}, np.shape(x))"
