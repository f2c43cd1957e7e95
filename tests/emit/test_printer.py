# ruff: noqa: E501
"""The printed form of syntax trees: lines of bounded width that mean the same."""

import ast
import subprocess
import sys
import textwrap

import pytest

from adcompile.emit.printer import WIDTH, to_text
from adcompile.emit.wrap import wrap

EXPRESSIONS = """
-x ** 2 + (-x) ** 2 + 2 ** -x - (a - b) - (a + b) * c / (d * e) + a / b * c - a / (b / c)
not (a and b) or (c if d else e) + (1 if a else 2)
x[1:-1, ..., None, ::2] + x[(i + 1) % n] + x[i, :] + x[()]
(a < b) == c
(a @ b).T + (a + b).shape[0] + (-a).T + [v.copy() for v in zs][0]
(x if a else y).T
f(*args, key=1, **more)
(1,), (), [], {}, {"a": 1}
1e-300 * -2.5 + 3j + 10 ** 20
"quote ' and \\" and \\n", 'it"s'
f"{a!r:>10} of {b:.{width}f} {{x}}"
"""
LONG = '''
def f(alpha_parameter, beta_parameter, gamma_parameter, delta_parameter, epsilon_parameter=1.0, *, zeta=2):
    """A docstring that may be as long as it likes to be, even much longer than any line of code, ever."""
    if alpha_is_long_enough and beta_is_long_enough and gamma_is_long_enough or delta_is_long_enough_too:
        raise ValueError(f"the value {alpha!r:>10} is {beta:.{width}f}, which is not allowed here, alas")
    assert alpha_parameter_is_long_enough and beta_parameter_is_long_enough, "a message, long enough too"
    x = a_long_name_to_be_sure * another_long_name_to_be_sure + yet_another_long_name * the_last_long_name
    y = np.where(a_long_variable_name > another_long_variable_name, np.sin(a_long_name), np.cos(last_name))
    x_bar[some_index_name + 1, another_index_name - 1] += a_long_variable_name * another_long_variable_name
    z = some_array_with_a_name[another_array_with_a_name[index_with_a_name + 1], another_index_with_a_name]
    for i, row in enumerate(reversed(a_long_variable_name_of_a_list_that_is_long), another_long_name_here):
        pass
    while alpha_parameter_is_long_enough < beta_parameter_is_long_enough + gamma_parameter_is_long_enough:
        break
    return value, {"first_key_of_the_dictionary": first_value_bar, "second_key_of_the_dictionary": (a, b)}
'''


@pytest.mark.parametrize("text", EXPRESSIONS.strip().splitlines())
def test_expressions_mean_the_same(text):
    tree = ast.parse(text)
    assert ast.dump(ast.parse(to_text(tree))) == ast.dump(tree)


@pytest.mark.parametrize("text", EXPRESSIONS.strip().splitlines()[:6])
def test_parentheses_are_as_few_as_can_be(text):
    assert to_text(ast.parse(text)).strip() == text


def test_long_lines_are_broken_and_mean_the_same():
    tree = ast.parse(LONG)
    text = to_text(tree)
    assert ast.dump(ast.parse(text)) == ast.dump(tree)
    code = [line for line in text.splitlines() if '"""' not in line and "f'" not in line]
    assert max(map(len, code)) <= WIDTH


def test_the_form_of_a_broken_line():
    line = (
        "    return value, {"
        + ", ".join(f'"key_{i}": some_adjoint_{i}_bar' for i in range(5))
        + "}"
    )
    assert wrap(line, WIDTH) == [
        "    return value, {",
        *(f'        "key_{i}": some_adjoint_{i}_bar,' for i in range(5)),
        "    }",
    ]


def test_heads_of_statements_are_broken_too():
    names = ", ".join(f"a_long_name_{i}" for i in range(8))
    source = f"""
if f({names}):
    pass
elif g({names}):
    pass
try:
    pass
except ({names}):
    pass
for i in f({names}):
    pass
"""
    text = to_text(ast.parse(source))
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(source))
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_line_that_stands_deep_is_not_cut_into_pieces_that_are_too_long_as_well():
    pad = "    " * 25
    assert wrap(f"{pad}y_bar = math.cos(v13) * (a_9 * a_bar)", WIDTH) == [
        f"{pad}y_bar = math.cos(v13) * (a_9 * a_bar)"
    ]
    assert wrap(f"{pad}y_bar = some_function(one_long_operand, another_operand)", WIDTH) == [
        f"{pad}y_bar = some_function(",
        f"{pad}    one_long_operand, another_operand",
        f"{pad})",
    ]


def test_nothing_is_used_that_newer_pythons_removed():
    """ast.Str, Num, Bytes, NameConstant and Ellipsis are gone in Python 3.14."""
    program = textwrap.dedent(
        """
        import ast, sys
        for name in ("Str", "Num", "Bytes", "NameConstant", "Ellipsis"):
            if name in vars(ast):
                delattr(ast, name)
        ast.__dict__.pop("__getattr__", None)
        from adcompile.emit.printer import to_text
        source = sys.stdin.read()
        tree = ast.parse(source)
        text = to_text(tree)
        assert ast.dump(ast.parse(text)) == ast.dump(tree)
        assert not any(hasattr(ast, name) for name in ("Str", "Num", "NameConstant"))
        """
    )
    source = EXPRESSIONS + LONG + "x = ... if y is None else True\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], input=source, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
