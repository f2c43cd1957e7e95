"""`a, b = v` raises what Python raises, and is written as it was."""

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

V = np.array([0.3, -0.7, 1.1])
LOOP = "    s = 0.0\n    for a, b in m:\n        s += a * b\n    return s\n"
BODIES = {
    "array": 'v: "float[:]"):\n    a, b = v\n    return a * b\n',
    "list": "v: list[float]):\n    a, b = v\n    return a * b\n",
    "rows": f'm: "float[:, :]"):\n{LOOP}',
    "lists": f"m: list[list[float]]):\n{LOOP}",
    "computed": "x, k):\n    a, b = np.sin(x) * k\n    return a * b\n",
    "one item unread": 'v: "float[:]"):\n    a, _ = v\n    return a * a\n',
    "in a callee": 'v: "float[:]"):\n    return g(v * 2.0)\n\n\n'
    "def g(p):\n    a, b = p\n    return a - b\n",
    "unknown": "v, k=1.0):\n    a, b = v\n    return a * b\n",
    "unknown in one": "v, k=1.0):\n    (a, b), c = [v, k]\n    return a * b\n",
    "zipped": 'v: "float[:]"):\n    (a, c), (b, d) = zip(v, v)\n    return a * b\n',
}
ARGUMENTS = {
    "array": (V,), "list": ([1.0, 2.0, 3.0],), "rows": (np.ones((2, 3)),),
    "lists": ([[1.0, 2.0], [1.0, 2.0, 3.0]],), "computed": (V, 2.0), "one item unread": (V,),
    "in a callee": (V,), "zipped": (V,),
    "unknown": ([1.0, 2.0, 3.0], 1.0), "unknown in one": ((1.0, 2.0, 3.0), 1.0),
}  # fmt: skip


def compiled(name, mode, folder):
    """The emitted text of this body, and what it defines."""
    file, out = folder / "prog.py", folder / "out.py"
    file.write_text(f"import numpy as np\n\n\ndef f({BODIES[name]}")
    cli.main([str(file), "--function", "f", "--mode", mode, "-o", str(out)])
    found = {}
    exec(out.read_text(), found)
    return out.read_text(), found[f"f_{mode}"]


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("mode", cli.MODES)
def test_another_length_is_an_error(name, mode, tmp_path):
    _, function = compiled(name, mode, tmp_path)
    args = ARGUMENTS[name]
    more = args if mode == "tangent" else (1.0,)
    with pytest.raises(ValueError, match="values to unpack"):
        function(*args, *more)
    with pytest.raises(ValueError, match="values to unpack"):
        short = [arg[:1] if name not in ("rows", "lists") else [arg[0][:1]] for arg in args[:1]]
        function(*short, *args[1:], *(more if mode == "adjoint" else (*short, *args[1:])))


@pytest.mark.parametrize("passes", [None, dict.fromkeys(ad.PASSES, False)], ids=["all", "none"])
def test_another_length_is_an_error_by_the_api(passes):
    def f(v):
        a, b = v
        return a * b

    value, bar = ad.value_and_grad(f, passes=passes)(V[:2])
    assert value == V[0] * V[1]
    np.testing.assert_array_equal(bar, V[1::-1])
    for args in (V, V[:1]):
        with pytest.raises(ValueError, match="values to unpack"):
            ad.value_and_grad(f, passes=passes)(args)
        with pytest.raises(ValueError, match="values to unpack"):
            ad.jvp(f, (args,), (args,), passes=passes)


def test_it_is_written_as_it_was(tmp_path):
    text, _ = compiled("array", "adjoint", tmp_path)
    assert "    v1, v2 = v\n" in text
    text, _ = compiled("rows", "adjoint", tmp_path)
    assert "        v2, v3 = v1\n" in text
    text, _ = compiled("one item unread", "adjoint", tmp_path)
    assert "    v1, _ = v\n" in text


def test_pairs_that_are_none_are_caught(tmp_path):
    file, out = tmp_path / "prog.py", tmp_path / "out.py"
    file.write_text(
        "def f(pairs: list[list[float]]):\n    s = 0.0\n    try:\n        for a, b in pairs:\n"
        "            s = s + a * b\n    except ValueError:\n        s = s * 10.0\n    return s\n"
    )
    cli.main([str(file), "--mode", "adjoint", "-o", str(out)])
    found = {}
    exec(out.read_text(), found)
    value, bars = found["f_adjoint"]([[1.0, 2.0], [3.0, 4.0, 5.0], [1.0, 2.0]])
    assert value == 20.0
    assert bars == [[20.0, 10.0], [0.0, 0.0, 0.0], [0.0, 0.0]]


NESTED = "    if c > 0:\n        (a, b), d = p['q']\n        return a * b * d\n    return p['q'][1]\n"  # noqa: E501


@pytest.mark.parametrize("mode", cli.MODES)
def test_what_is_unpacked_on_one_path_has_a_known_length(mode, tmp_path):
    """The gradient has the items that the function unpacks, and so must what is given."""
    file, out = tmp_path / "prog.py", tmp_path / "out.py"
    file.write_text(f"def f(p, c):\n{NESTED}")
    assert not cli.main([str(file), "--mode", mode, "-o", str(out)])
    found = {}
    exec(out.read_text(), found)
    last = ({"q": ((1.0, 0.0), 0.0)}, 0.0) if mode == "tangent" else (1.0,)
    value, _ = found[f"f_{mode}"]({"q": ((2.0, 3.0), 4.0)}, 1.0, *last)
    assert value == 24.0
    for given in (((2.0, 3.0, 5.0), 4.0), ((2.0, 3.0), 4.0, 5.0), ((2.0,), 4.0)):
        with pytest.raises(ValueError, match="values to unpack"):
            found[f"f_{mode}"]({"q": given}, -1.0, *last)
