"""Every program through the command line: general code, run where there is no adcompile."""

from __future__ import annotations

import pytest

from adcompile import cli
from corpus import GROUPS, every, together
from corpus.by_command_line import ByCommandLine, Compiled
from corpus.check import Check
from corpus.widths import wrong_widths

RANK = "needs the rank of"  # a rule that is another one for vectors and for matrices
CALLED = "which function is called here is not known"  # an argument, or a method of one
REFUSED = {
    RANK: (
        "numpy_calls.norms", "numpy_calls.moments",
    ),
    CALLED: (
        "recursion.simpson", "recursion.newton", "recursion.midpoints",
        "kept.simpson", "kept.adaptive", "published.scaled",
    ),
    "elsewhere this parameter is unpacked": ("either.turned_by_either",),
    "whose keys are known at run time only cannot be returned": ("containers.dict_result",),
    "may share its memory": (
        "aliases.matrix_of_a_diagonal",  # np.diag of a vector is no view
        "aliases.product_moved_past_a_loop",  # a view of b only where b is in one piece
        "recursion.recursion_in_while",  # k = n; k -= 1: n may be an array
        "kept.kept_arrw",
        # x[i] may be an array, which p.v += x[i] and the like change in place
        "filled.all_pairs",
        "filled.thinned",
        "filled.tested_first", "filled.named_rows", "filled.named_dictionaries",
    ),
    "and 'last' may share its memory": ("turn_by_turn.taken_back",),
    "or whose attributes are of other kinds": (  # 0.0 first, and then what may be an array
        "filled.kicked", "filled.stepped", "filled.carried_along", "filled.counted_from_zero",
        "filled.each_pair_once", "filled.neighbours", "filled.with_lists",
    ),
    "are replaced before this is used": ("filled.of_zeros",),  # which may be an array
    "which is given something that depends on an independent": ("filled.means",),
    "a key of this dictionary depends on an independent": (  # keys, of which nothing is known
        "filled.objects_by_key", "filled.summed_by_key", "filled.of_arrays", "filled.grouped",
        "filled.dictionaries_inside", "filled.removed",
    ),
    "what this is is not known": (
        "filled.doubled", "encountered.traced",
    ),
    "which keys 'options' has is not known": ("branches.try_finally_free",),
    "how many items this has is not known": ("awkward.dict_of_arrays_in_loop",),
    "the type of this is not known": ("idioms.isinstance_checks", "published.a_vector"),
    "overwrites 'memo', which it is given twice": ("recursion.remembered",),
    "this is str on one path": ("containers.unions_with_unknown_keys",),  # the keys of two dicts
    "is used as a number": (  # they make functions or classes
        "functions.make", "functions.composed", "objects.doubled", "objects.raised",
        "kept.make", "kept.make2", "kept.factory", "kept.timed", "kept.power", "families.rule",
    ),
    "what that makes of it is not known": ("objects.shifted", "kept.decorated"),
    "which attributes 'cls' has is not known": ("families.kept",),
    "no rule for the method": (
        "recursion.visit",  # `found` may be anything
        "published.held_further_in",  # `outer` is given to it by another class
    ),
    "ever new structures of arguments": ("kept.everyday_tree", "objects.thickness"),
    "always raises": ("published.no_number", "published.no_law"),
    "cannot be read from the file": (  # a buffer of the module, which the program fills
        "from_outside.filled_in_a_loop", "from_outside.filled_on_both_paths_of_a_loop",
        "from_outside.filled_while_it_is_asked", "from_outside.filled_before_it_is_raised",
    ),
}  # fmt: skip
REFUSED_ADJOINTS = {
    RANK: (
        "aliases.diagonals",
        "numpy_calls.tensors", "numpy_calls.rolled", "numpy_calls.padded",
        "idioms.outer_differences", "idioms.trace_and_diagonals", "idioms.inserted",
    ),
    "needs the rank": ("idioms.chain_of_products",),
}  # fmt: skip
INNER = ("functions.f",)  # a closure, of which the command line cannot know what it holds
CASES = [case for case in every() if case.name not in INNER]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The modules of the corpus, each compiled when it is first asked for."""
    found: dict[str, Compiled] = {}

    def of(group: str) -> Compiled:
        if group not in found:
            found[group] = Compiled(group, tmp_path_factory.mktemp(group))
        return found[group]

    yield of
    for each in found.values():
        each.close()


def reasons(mode: str) -> dict[str, str]:
    """What is refused without annotations, and why."""
    tables = (REFUSED, REFUSED_ADJOINTS) if mode == "adjoint" else (REFUSED,)
    return {name: words for table in tables for words, names in table.items() for name in names}


@pytest.mark.parametrize("mode", cli.MODES)
@pytest.mark.parametrize(
    "group", [pytest.param(group, marks=together("compiled", group)) for group in GROUPS]
)
def test_what_is_refused(group, mode, compiled):
    refused = compiled(group).refused
    found = {f"{group}.{n}": "\n".join(why[mode]) for n, why in refused.items() if mode in why}
    listed = {n: words for n, words in reasons(mode).items() if n.startswith(f"{group}.")}
    fewer = [name for name in listed if name not in found]
    assert not fewer, f"compiled now, take them off the list of this file: {fewer}"
    more = {name: why for name, why in found.items() if name not in listed}
    assert not more, f"refused now, to be mended, or listed in this file: {more}"
    for name, words in listed.items():
        assert words in found[name], f"{name} is refused for another reason: {found[name]}"


RUNS = [(case, mode) for case in CASES for mode in cli.MODES if case.name not in reasons(mode)]


@pytest.mark.parametrize(
    "case, mode",
    [pytest.param(*each, marks=together("compiled", each[0].group)) for each in RUNS],
    ids=[f"{case.name}-{mode}" for case, mode in RUNS],
)
def test_first_order(case, mode, compiled):
    derivatives = ByCommandLine(compiled(case.group), case.function, case.args)
    if mode == "tangent":
        Check(case).tangents(derivatives)
    else:
        Check(case).adjoints(derivatives)


WIDENED = (
    "or_none.between_bounds_that_may_be_none",  # a mask times the direction of a number of Python's
)


@pytest.mark.parametrize(
    "group", [pytest.param(group, marks=together("compiled", group)) for group in GROUPS]
)
def test_widths(group, compiled):
    """Of what nothing is said: what is given in float32 has derivatives of float32, no other."""
    found: list[str] = []
    known = {case.name: case for case in CASES if case.group == group and case.name not in WIDENED}
    for case in known.values():
        modes = tuple(mode for mode in cli.MODES if case.name not in reasons(mode))
        found += wrong_widths(case, compiled(group), modes)
    assert not found, "\n".join(found)


def test_the_emitted_code_is_run_without_adcompile(tmp_path):
    alone = Compiled("branches", tmp_path)
    path = alone.path("tangent")
    path.write_text(path.read_text() + "\n\nimport adcompile\n")
    with pytest.raises(AssertionError, match="there is no adcompile here"):
        alone.run("tangent", "two_sides", (1.0, 2.0), {}, {"x": 1.0, "y": 1.0})
    alone.close()
