"""Every refusal of a file and of a function is reported, each once, and nothing that follows."""

import re
import statistics
import traceback

import numpy as np
import pytest

import adcompile as ad
from adcompile import refusals
from adcompile.cli import main

MANY = """\
import numpy as np


def helper(x):
    del x[0]  # ADC105
    return x * 2.0


def f(x, n):
    y = np.frompyfunc(lambda t: t, 1, 1)  # ADC221
    z = y * y
    values = [x, x]
    values.append(sum(v for v in {1, 2}))  # ADC103
    last = values[2]
    for i in range(n):
        del values.last  # ADC105
        w = values[i] * 2.0
        x = x + max([v for v in {1, 2}])  # ADC103
    while x > eval("3"):  # ADC118
        x = x * 2.0
        del x.a5  # ADC105
    if exec("3"):  # ADC118
        k = globals()  # ADC118
    else:
        k = locals()  # ADC118
    try:
        u = np.log(x)
        del x.a6  # ADC105
    except ValueError:
        u = [v for v in {1, 2}]  # ADC103
    else:
        del x.a2  # ADC105
    finally:
        del x.a3  # ADC105
    match n:
        case 1:
            del x.a4  # ADC105
    q = z * z * id(z)  # ADC118
    return helper(x) * k * undefined  # ADC111


def g(x):
    return helper(x)


def h(x):
    yield helper(x)  # ADC102
    yield x  # ADC102


async def k(x):  # ADC102
    return x


def fine(x: float):
    return x * x


def lost(x: float):
    a = np.busday_count(x, 1)  # ADC504
    return a * np.is_busday(x)  # ADC504


def in_lambda(x):
    return (lambda t: eval("t"))(x)  # ADC118


class Body:
    def __init__(self, mass):
        self.mass = mass

    def heavier(self):
        global count  # ADC102
        count = 1
        return self.mass * 2.0


def of_method(x: float):
    body = Body(x)
    y = body.heavier()
    z = y + body.mass
    return z + hash(z)  # ADC118
"""


def expected(text):
    return [
        (number, line.split("# ")[1])
        for number, line in enumerate(text.splitlines(), 1)
        if "# ADC" in line
    ]


def test_the_command_line_reports_every_refusal_of_a_file(tmp_path, capsys):
    path = tmp_path / "many.py"
    path.write_text(MANY)
    assert main([str(path), "--mode", "tangent", "-o", "-"]) == 1
    out, err = capsys.readouterr()
    assert "def fine_tangent(" in out and out.count("\ndef ") == 1
    heads = re.findall(r"many\.py: ([\w, ]+) not compiled: line (\d+): .* \((ADC\d+)\)\n", err)
    assert [(int(line), code) for _, line, code in heads] == expected(MANY)
    assert {line: names for names, line, _ in heads}["5"] == "helper, g"
    assert err.count("^\n") == len(heads)
    codes = sorted({code for _, _, code in heads})
    assert err.splitlines()[-1] == (
        f"{path}: {len(heads)} refusals in 8 functions; see: adcompile explain {' '.join(codes)}"
    )
    for code in codes:
        assert code in refusals.PAGES


def test_one_refusal_is_not_counted(tmp_path, capsys):
    path = tmp_path / "one.py"
    path.write_text("def f(x):\n    yield x\n")
    assert main([str(path), "-o", "-"]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"{path}: f not compiled: line 2: yield makes f a generator")
    assert err.endswith("(ADC102)\n    yield x\n    ^\n")


def test_a_refusal_in_a_neighbour_file_names_the_file(tmp_path, capsys):
    (tmp_path / "helpers.py").write_text("def g(x):\n    del x[0]\n    return x\n")
    path = tmp_path / "prog.py"
    path.write_text(
        "from helpers import g\n\n\ndef a(x):\n    return g(x)\n\n\ndef b(x):\n    return g(x)\n"
    )
    assert main([str(path), "-o", "-"]) == 1
    err = capsys.readouterr().err
    assert f"{path}: a, b not compiled: line 2 of {tmp_path / 'helpers.py'}: del of" in err
    assert err.count("ADC105") == 1


def several(x):
    y = x * id(x)
    z = y + hash(y)
    x[0] = {1.0}
    return z + x[0] + vars(x)


def test_the_exception_holds_the_others():
    with pytest.raises(ad.RejectedError) as caught:
        ad.grad(several)(np.ones(3))
    error = caught.value
    first = several.__code__.co_firstlineno
    assert error.lineno == first + 1
    assert [e.lineno - first for e in error.others] == [2, 3, 4]
    assert [e.code for e in error.others] == ["ADC118", "ADC402", "ADC118"]
    shown = "".join(traceback.format_exception_only(error))
    assert f"also refused, line {first + 2}: hash gives" in shown


FOLLOWING = {
    "a result": "    y = eval('x')\n    z = y * x\n    return z[0] + len(y)\n",
    "an item": "    v = [x, x]\n    v[1] = eval('x')\n    return v[1] * v[0]\n",
    "a length": "    v = []\n    v.append(eval('x'))\n    return v[0]\n",
    "a key": "    d = {}\n    d['a'] = eval('x')\n    return d['a'] * d['a']\n",
    "a branch": "    if x > 0:\n        y = eval('x')\n"
    "    else:\n        y = x\n    return y * y\n",
    "one path": "    if x > 0:\n        y = eval('x')\n    return y * y\n",
    "a loop": "    y = x\n    for i in range(3):\n        y = y * eval('i')\n    return y\n",
    "a head": "    y = x\n    for i in eval('3'):\n"
    "        y = y * i\n        z = i\n    return y + z\n",
    "before a loop": "    y = eval('x')\n    for i in range(3):\n"
    "        y = y * x\n    return y\n",
    "a while": "    y = x\n    while eval('x') > y:\n        y = y * x\n    return y\n",
    "a return": "    def g(t):\n        return eval('t')\n    y = g(x)\n    return y * g(y)\n",
    "no return": "    def g(t):\n        for i in eval('t'):\n"
    "            return t\n    return g(x) * 2.0\n",
    "a change": "    def g(t):\n        t['b'] = eval('t')\n"
    "    d = {}\n    g(d)\n    return x\n",
    "an unpacking": "    a, b = eval('x')\n    return a * b\n",
    "a walrus": "    if (y := eval('x')) > 0:\n        return y\n    return y * x\n",
    "a comprehension": "    y = [eval('t') for t in [x]]\n    return y[0] * len(y)\n",
    "a handler": "    try:\n        y = eval('x')\n    except ValueError:\n"
    "        y = x\n    return y\n",
    "a recursion": "    def g(t, n):\n        if n == 0:\n            return eval('t')\n"
    "        return t * g(t, n - 1)\n    return g(x, 3)\n",
    "a function": "    g = eval('abs')\n    return g(x)\n",
    "an attribute": "    o = eval('x')\n    o.w = x\n    return o.w\n",
    "a deletion": "    y = eval('x')\n    del y\n    return x\n",
    "a global": "    global G\n    G = x\n    return G * x\n",
    "a text": "    def g(t):\n        return t\n    print(f'{x} {g!r}')\n    return x\n",
    "a with": "    with open(eval('x')) as file:\n"
    "        y = float(file.read())\n    return x * y\n",
}


@pytest.mark.parametrize("name", FOLLOWING)
def test_nothing_is_reported_that_follows_from_a_refusal(name, tmp_path, capsys):
    path = tmp_path / "prog.py"
    path.write_text("def f(x: float):\n" + FOLLOWING[name])
    assert main([str(path), "-o", "-"]) == 1
    err = capsys.readouterr().err
    assert len(re.findall(r"\(ADC\d+\)$", err, re.M)) == 1, err
    assert "fault of adcompile" not in err


def test_explain_all_is_the_documentation(capsys):
    assert main(["explain", "--all"]) == 0
    out = capsys.readouterr().out
    assert out == refusals.document()
    assert out.count("\n### ADC") == len(refusals.PAGES)
    assert out.count("```python\n") == out.count("\n```\n") == 2 * len(refusals.PAGES)
    for code, page in refusals.PAGES.items():
        assert f"### {code}: {page.title}\n" in out
        assert page.failing.strip() in out and page.fix.strip() in out


@pytest.mark.parametrize(
    ("code", "near"),
    [("ADC31", "ADC310"), ("adc5041", "ADC504"), ("eval", None), ("ADC-301", "ADC301")],
)
def test_near_codes(code, near, capsys):
    assert main(["explain", code]) == 2
    err = capsys.readouterr().err
    assert ("did you mean" in err) == (near is not None)
    assert near is None or near in err


GENERAL = {
    "a type": (
        "def f(x{}):\n    if isinstance(x, float):\n        return x * x\n    return 2.0 * x\n",
        "float",
    ),
}


@pytest.mark.parametrize("name", GENERAL)
def test_the_annotation_that_a_refusal_asks_for_works(name, tmp_path, capsys):
    text, annotation = GENERAL[name]
    path = tmp_path / "prog.py"
    path.write_text("import numpy as np\n\n\n" + text.format(""))
    assert main([str(path), "-o", "-"]) == 1
    assert f"x: {annotation}" in capsys.readouterr().err
    path.write_text("import numpy as np\n\n\n" + text.format(f": {annotation}"))
    assert main([str(path), "-o", "-"]) == 0


BESIDE = """\
import statistics

import numpy as np


def f(x: "Float[np.ndarray, 'n']"):
    y = statistics.mode(x)  # ADC504
    z = np.round(x[0], x[1])  # ADC415
    w = y * z
    return w + x[0]


def g(x: "Float[np.ndarray, 'n']"):
    y = statistics.mode(x)  # ADC504
    del x[0]  # ADC105
    y = -y
    y += x[0]
    return x[0], y


def h(x: "Float[np.ndarray, 'n']"):
    global total
    total = x[0]
    return statistics.mode(x)  # ADC504
"""


def test_what_no_rule_carries_on_is_refused_beside_what_is_refused_before(tmp_path, capsys):
    path = tmp_path / "beside.py"
    path.write_text(BESIDE)
    assert main([str(path), "-o", "-"]) == 1
    err = capsys.readouterr().err
    found = re.findall(r"not compiled: line (\d+): .*\((ADC\d+)\)", err)
    wanted = [
        (str(number), line[-6:]) for number, line in enumerate(BESIDE.splitlines(), 1)
        if line[-6:-3] == "ADC"
    ]  # fmt: skip
    assert found == sorted([*wanted, ("22", "ADC102")], key=lambda pair: int(pair[0]))


def test_an_exception_holds_what_no_rule_carries_on():
    def program(x):
        y = statistics.mode(x)
        return y * np.round(x[0], x[1])

    with pytest.raises(ad.RejectedError) as caught:
        ad.grad(program)(np.ones(3))
    assert [error.code for error in (caught.value, *caught.value.others)] == ["ADC415", "ADC504"]
