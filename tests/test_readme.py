"""The README shows what the compiler emits, and its commands are single lines."""

import pathlib
import re

import numpy as np
import pytest

from adcompile.cli import main

README = pathlib.Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(README.read_text()) if name == language]


def emitted(tmp_path, monkeypatch) -> str:
    """What the command in the README emits for the program in the README."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "growth.py").write_text(blocks("python")[0])
    assert main(["growth.py", "--mode", "adjoint", "-o", "adjoint.py"]) == 0
    return (tmp_path / "adjoint.py").read_text()


def test_the_adjoint_on_the_first_screen(tmp_path, monkeypatch, request):
    text = emitted(tmp_path, monkeypatch)
    if request.config.getoption("--refresh-golden"):
        shown = f"```python\n{blocks('python')[1]}```"
        README.write_text(README.read_text().replace(shown, f"```python\n{text}```", 1))
    assert blocks("python")[1] == text


def test_the_adjoint_is_right(tmp_path, monkeypatch):
    program, adjoint = {}, {}
    exec(blocks("python")[0], program)
    exec(emitted(tmp_path, monkeypatch), adjoint)
    rate, limit = np.array([0.3, 0.2, 0.5, 0.1, 0.4]), 2.1
    value, (rate_bar, limit_bar) = adjoint["growth_adjoint"](rate, limit)
    growth, step = program["growth"], 1e-6
    assert value == growth(rate, limit)
    up, down = growth(rate, limit + step), growth(rate, limit - step)
    np.testing.assert_allclose(limit_bar, (up - down) / (2 * step), rtol=1e-7)
    for i, unit in enumerate(np.eye(len(rate)) * step):
        difference = (growth(rate + unit, limit) - growth(rate - unit, limit)) / (2 * step)
        np.testing.assert_allclose(rate_bar[i], difference, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("section", ["Run it", "Test it"])
def test_each_command_is_one_line(section):
    text = README.read_text().split(f"## {section}\n")[1].split("\n## ")[0]
    (command,) = [body for name, body in BLOCK.findall(text) if name == "sh"]
    assert command.count("\n") == 1
    assert command.startswith("python3 -m venv .venv && ")
