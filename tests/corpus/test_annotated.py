"""Programs with the kinds of their arguments written out, by the command line: every second group.

The tangent of one program is run and the adjoint of the next; both are compiled.
"""

from __future__ import annotations

from itertools import chain

import pytest

from adcompile import cli
from corpus import GROUPS, every, together
from corpus.annotated import Annotated
from corpus.by_command_line import ByCommandLine, Compiled
from corpus.check import Check

INNER = ("functions.f",)  # a closure, of which the command line cannot know what it holds
REFUSED = {
    "idioms.isinstance_checks": "the type of this is not known",  # it is called with each of them
}
HALF = GROUPS[1::2]
CASES = [case for case in every() if case.group in HALF and case.name not in INNER]
EACH = [(case, cli.MODES[number % len(cli.MODES)]) for number, case in enumerate(CASES)]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The modules of the corpus with annotations, each compiled when it is first asked for."""
    found: dict[str, Compiled] = {}

    def of(group: str) -> Compiled:
        if group not in found:
            text = Annotated(group, CASES).text
            found[group] = Compiled(group, tmp_path_factory.mktemp(group), text)
        return found[group]

    yield of
    for each in found.values():
        each.close()


@pytest.mark.parametrize(
    "group", [pytest.param(group, marks=together("annotated", group)) for group in HALF]
)
def test_what_is_refused(group, compiled):
    known = {case.name for case in CASES}
    refused = compiled(group).refused
    found = {f"{group}.{n}": "\n".join(chain(*why.values())) for n, why in refused.items()}
    found = {name: why for name, why in found.items() if name in known}
    listed = {name: words for name, words in REFUSED.items() if name.startswith(f"{group}.")}
    assert list(found) == list(found | listed), f"compiled now: {set(listed) - set(found)}"
    more = {name: why for name, why in found.items() if name not in listed}
    assert not more, f"refused now, to be mended, or listed in this file: {more}"
    for name, words in listed.items():
        assert words in found[name], f"{name} is refused for another reason: {found[name]}"


@pytest.mark.parametrize(
    "case, mode",
    [pytest.param(*each, marks=together("annotated", each[0].group)) for each in EACH],
    ids=[f"{case.name}-{mode}" for case, mode in EACH],
)
def test_first_order(case, mode, compiled):
    if case.name in REFUSED:
        return  # test_what_is_refused has seen to it
    derivatives = ByCommandLine(compiled(case.group), case.function, case.args)
    if mode == "tangent":
        Check(case).tangents(derivatives)
    else:
        Check(case).adjoints(derivatives)
