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
            factors.append((pair, f"np.eye(np.shape(x)[{_axis(mine, pair[1])}]{dtype})"))
        shapes = [sk.dims_of(build.kind(names[operand])) for operand in operands]
        summed, spread = _stretched(position, terms, output, shapes)
        text = _spread(mine, factors)
        if summed:
            whole = f"{text} + mem.zeros_like(x)" if spread else text
            text = f"mem.unbroadcast({whole}, np.shape(x))"
        elif spread:
            text = f"np.broadcast_to({text}, np.shape(x))"
        return evaluate(text, scope, build)

    return column


def _axis(term: str, label: str) -> int:
    """The axis of a label, from the end if it stands behind an ellipsis."""
    before, _, after = term.partition("...")
    return before.index(label) if label in before else after.index(label) - len(after)


def _labelled(term: str, shape: sk.Dims) -> tuple[list[tuple[str, k.Dim]], sk.Dims]:
    """The labels of an operand with their axes, and the axes of its ellipsis."""
    before, _, after = term.partition("...")
    last = len(shape) - len(after)
    named = [*zip(before, shape), *zip(after, shape[last:])]
    return named, shape[len(before) : last]


def _stretched(
    position: int, terms: list[str], output: str, shapes: list[sk.Dims | None]
) -> tuple[bool, bool]:
    """May an axis of this operand have the length one, and be stretched: its adjoint is summed.
    May all others with its label have the length one: its adjoint is spread."""
    before = terms[position].partition("...")[0] if "." in terms[position] else ""
    if any(shape is None for shape in shapes):
        if before:
            raise RuleError(_AFTER_LABELS)
        return len(terms) > 1, False
    known = [_labelled(term, shape) for term, shape in zip(terms, shapes) if shape is not None]
    named, batch = known[position]
    others = [pair for i, (pairs, _) in enumerate(known) if i != position for pair in pairs]
    batches = [dims for i, (_, dims) in enumerate(known) if i != position]
    if before and any(len(dims) > len(batch) for dims in batches):
        raise RuleError(_AFTER_LABELS)
    aligned = [
        (mine, its) for dims in batches for mine, its in zip(reversed(batch), reversed(dims))
    ]
    pairs = [(mine, its) for label, mine in named for other, its in others if other == label]
    summed = any(not d.is_many and d != o and not o.is_one for d, o in (*pairs, *aligned))
    summed = summed or any(len(dims) > len(batch) for dims in batches)
    spread = False
    for label, mine in named:
        its = [dim for other, dim in others if other == label]
        equal = any(dim == mine or (dim.is_many and mine.is_many) for dim in its)
        spread |= bool(its) and label not in output and not mine.is_one and not equal
    return summed, spread


_AFTER_LABELS = "the derivative of np.einsum needs ... of as many axes, or before all labels"


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
