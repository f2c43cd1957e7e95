"""Tables that decorators fill, in a file and from others."""

from __future__ import annotations

import pytest

from adcompile import cli

TABLE = """\
RULES = {}
LATER = {}
SIZES = [1.0]
SIZES.append(2.0)


def rule(name):
    def enter(f):
        RULES[name] = f
        return f
    return enter


def later(name):
    def enter(f):
        LATER[name] = f
        return f
    return enter


@rule("square")
def squared(x):
    return x * x


@later("square")
def doubled(x):
    return 2.0 * x


def added(name):
    later(name)(squared)


def by_rules(x: float):
    return sum(f(x) for f in RULES.values())


def by_sizes(x: float):
    return x * sum(SIZES)


def by_later(x: float):
    return sum(f(x) for f in LATER.values())
"""
READ = """\
def g(x: float):
    return sum(f(x) for f in RULES.values())


def h(x: float):
    return table.by_rules(x)


def k(x: float):
    return table.by_sizes(x)
"""
ENTERS = '\n\n@rule("cube")\ndef cubed(x):\n    return x**3\n\n\nSIZES.append(3.0)\n\n\n'
FROM_TABLE = "import table\nfrom table import RULES, SIZES, rule\n"
FILES = {
    "alone": {"prog.py": FROM_TABLE + "\n\n" + READ},
    "here": {"prog.py": FROM_TABLE + ENTERS + READ},
    "by its module": {"prog.py": FROM_TABLE + ENTERS.replace("@rule", "@table.rule") + READ},
    "imported": {"prog.py": "import more\n" + FROM_TABLE + "\n\n" + READ,
                 "more.py": FROM_TABLE + ENTERS},
    "imported by what is imported": {
        "prog.py": "import much\n" + FROM_TABLE + "\n\n" + READ, "much.py": "import more\n",
        "more.py": FROM_TABLE + ENTERS},
}  # fmt: skip


def said_of(files, folder, capsys):
    (folder / "table.py").write_text(TABLE)
    for name, text in files.items():
        (folder / name).write_text(text)
    out = folder / "out.py"
    cli.main([str(folder / "prog.py"), "--mode", "tangent", "-o", str(out)])
    return capsys.readouterr().err, out.read_text() if out.exists() else ""


def test_what_a_file_enters_itself_is_known(tmp_path, capsys):
    said, text = said_of({"prog.py": TABLE}, tmp_path, capsys)
    made = {}
    exec(text, made)
    assert made["by_rules_tangent"](3.0, 1.0) == (9.0, 6.0)
    assert made["by_sizes_tangent"](3.0, 1.0) == (9.0, 3.0)
    assert "by_later not compiled" in said and "'LATER' is cannot be read" in said


@pytest.mark.parametrize("name", FILES)
def test_what_other_files_enter_or_change_is_refused(name, tmp_path, capsys):
    said, text = said_of(FILES[name], tmp_path, capsys)
    for function in "ghk":
        assert (f"def {function}_tangent" in text) == (name == "alone")
    if name != "alone":
        assert said.count("'RULES' is cannot be read") == 2
        assert said.count("'SIZES' is cannot be read") == 1
