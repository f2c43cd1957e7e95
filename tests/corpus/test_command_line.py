"""Every program through the command line: general code, run where there is no adcompile."""

from __future__ import annotations

import pytest

from adcompile import cli
from corpus import GROUPS, every
from corpus.by_command_line import ByCommandLine, Compiled
from corpus.check import Check

# What is refused without annotations, by words of the reason.
RANK = "Annotate '[a-z]+' with its rank"  # a number that stays, or a view that changes?
REFUSED: dict[str, str] = {}
REFUSED_ADJOINT: dict[str, str] = {}
INNER = {"functions.f"}  # defined within another function: no name for the command line
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


def expected(name: str, mode: str) -> str | None:
    """The reason for which a derivative is refused; None where there is one."""
    return REFUSED.get(name) or (REFUSED_ADJOINT.get(name) if mode == "adjoint" else None)


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_refused(group, compiled):
    found = compiled(group).refused
    own = [name for name in (*REFUSED, *REFUSED_ADJOINT) if name.startswith(f"{group}.")]
    for name in dict.fromkeys([*own, *(f"{group}.{name}" for name in found)]):
        for mode in cli.MODES:
            reason = found.get(name.partition(".")[2], {}).get(mode)
            words = expected(name, mode)
            if reason is None and words is not None:
                pytest.fail(f"the {mode} of {name} is compiled now: take it off the list")
            if reason is not None and words is None:
                pytest.fail(f"the {mode} of {name} is refused now; list it if it has to be: {reason}")
            if reason is not None:
                assert words in reason, f"the {mode} of {name} is refused for another reason"


@pytest.mark.parametrize("mode", cli.MODES)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_first_order(case, mode, compiled):
    if expected(case.name, mode):
        return  # test_what_is_refused holds the list against what is refused
    group = case.name.partition(".")[0]
    derivatives = ByCommandLine(compiled(group), case.function, case.args)
    getattr(Check(case), f"{mode}s")(derivatives)


def test_the_emitted_code_runs_without_adcompile(tmp_path):
    alone = Compiled("branches", tmp_path)
    path = alone.path("tangent")
    path.write_text(path.read_text() + "\n\nimport adcompile\n")
    with pytest.raises(EOFError):
        alone.run("tangent", "two_sides", (1.0, 2.0), {}, {})
    alone.close()
