"""The kernels of the table and their derivatives; what is wrong is found; runs can be compared."""

import copy
import json
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import adcompile as ad
from benchmarks import cases, correct, report, table
from benchmarks.polybench import NAMES

ROOT = pathlib.Path(__file__).parents[1]
SMALL = 7


def gemm(alpha, beta, C, A, B):
    return np.sum((alpha * np.einsum("ik,kj->ij", A, B) + beta * C) ** 2)


def gemver(alpha, beta, A, u1, v1, u2, v2, y, z):
    A = A + u1[:, None] * v1 + u2[:, None] * v2
    return np.sum((alpha * A @ (beta * A.T @ y + z)) ** 2)


def atax(A, x):
    return np.sum((A.T @ (A @ x)) ** 2)


def bicg(A, p, r):
    return np.sum((A.T @ r) ** 2) + np.sum((A @ p) ** 2)


def mvt(x1, x2, y1, y2, A):
    return np.sum((x1 + A @ y1) ** 2) + np.sum((x2 + A.T @ y2) ** 2)


def symm(alpha, beta, C, A, B):
    whole = np.tril(A) + np.tril(A, -1).T
    return np.sum((alpha * whole @ B + beta * C) ** 2)


def syrk(alpha, beta, C, A):
    lower = np.tril(alpha * A @ A.T + beta * C)
    return np.sum((lower + np.triu(C, 1)) ** 2)


def trmm(alpha, A, B):
    return np.sum((alpha * (np.tril(A, -1) + np.eye(len(A))).T @ B) ** 2)


def lu(A):
    L, U = np.eye(len(A)), A.copy()
    for k in range(len(A)):
        for i in range(k + 1, len(A)):
            L[i, k] = U[i, k] / U[k, k]
            U[i] = U[i] - L[i, k] * U[k]
    return np.sum((np.tril(L, -1) + np.triu(U)) ** 2)


def cholesky(A):
    return np.sum(np.linalg.cholesky(A) ** 2)


def durbin(r):
    n = len(r)
    ones = np.append(1.0, r[:-1])
    toeplitz = np.array([[ones[abs(i - j)] for j in range(n)] for i in range(n)])
    return np.sum(np.linalg.solve(toeplitz, -r) ** 2)


def gramschmidt(A):
    Q, R = np.linalg.qr(A)
    Q = Q * np.sign(np.diag(R))
    return np.sum(R * R) + np.sum(Q * np.cos(Q))


def trisolv(L, b):
    return np.sum(np.linalg.solve(np.tril(L), b) ** 2)


def jacobi(A, B, steps):
    A, B = A.copy(), B.copy()
    n = len(A)
    for _ in range(steps):
        for X, Y in ((A, B), (B, A)):
            for i in range(1, n - 1):
                for j in range(1, n - 1):
                    around = X[i, j] + X[i, j - 1] + X[i, j + 1] + X[i + 1, j] + X[i - 1, j]
                    Y[i, j] = around / 5
    return np.sum(A * A)


def heat(A, B, steps):
    A, B = A.copy(), B.copy()
    for _ in range(steps):
        for X, Y in ((A, B), (B, A)):
            for p in np.ndindex(*(n - 2 for n in A.shape)):
                i, j, k = (q + 1 for q in p)
                around = X[i - 1, j, k] + X[i + 1, j, k] + X[i, j - 1, k] + X[i, j + 1, k]
                Y[i, j, k] = X[i, j, k] / 4 + (around + X[i, j, k - 1] + X[i, j, k + 1]) / 8
    return np.sum(A * A)


def seidel(A, steps):
    A = A.copy()
    for _ in range(steps):
        for i in range(1, len(A) - 1):
            for j in range(1, len(A) - 1):
                A[i, j] = np.mean(A[i - 1 : i + 2, j - 1 : j + 2])
    return np.sum(A * A)


def covariance(data):
    return np.sum(np.cov(data, rowvar=False) ** 2)


def correlation(data):
    return np.sum(np.corrcoef(data, rowvar=False) ** 2)


OTHERWISE = {
    f.__name__: f
    for f in (
        gemm, gemver, atax, bicg, mvt, symm, syrk, trmm, lu, cholesky, durbin, gramschmidt, trisolv,
        jacobi, heat, seidel, covariance, correlation,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_kernel(name):
    """Its value is that of another computation, its tangent a slope, its adjoint the transpose."""
    case = cases.kernel(name, SMALL)
    given = copy.deepcopy(case.args)
    value = case.primal(*case.args)
    if name in OTHERWISE:
        np.testing.assert_allclose(value, OTHERWISE[name](*case.args), rtol=1e-10)
    dots = table.more(case, "tangent")
    result = ad.tangent(case.primal, wrt=case.wrt)(*case.args, *dots)
    correct.tangent(case, dots, result)
    bars = ad.adjoint(case.primal, wrt=case.wrt)(*case.args, 1.5)[1]
    correct.adjoint(dots, result[1], 1.5, bars)
    for before, after in zip(given, case.args):
        np.testing.assert_array_equal(before, after)


def test_every_kernel_is_in_the_table():
    names = [case.name for case in cases.kernels()]
    assert tuple(names) == NAMES
    for case in cases.kernels():
        assert case.wrt


def test_a_wrong_derivative_is_an_error():
    case = cases.kernel("mvt", SMALL)
    dots = table.more(case, "tangent")
    value, dot = ad.tangent(case.primal, wrt=case.wrt)(*case.args, *dots)
    bars = ad.adjoint(case.primal, wrt=case.wrt)(*case.args)[1]
    with pytest.raises(correct.Wrong):
        correct.tangent(case, dots, (value, dot * 1.001))
    with pytest.raises(correct.Wrong):
        correct.tangent(case, dots, (value * 1.001, dot))
    with pytest.raises(correct.Wrong):
        correct.adjoint(dots, dot, 1.0, [2 * bar for bar in bars])
    with pytest.raises(correct.Wrong):
        correct.same("it", [1.0, np.nan], [1.0, 2.0])


def test_a_row():
    """Times and ratios of what was asked for, and they can be printed."""
    row = table.row(cases.kernel("mvt", SMALL), table.Effort(budget=0.01, least=1, numba=False))
    assert list(row["seconds"]) == ["primal", "tangent", "adjoint"]
    assert list(row["ratios"]) == ["tangent", "adjoint"]
    assert "mvt" in report.text([report.line(row)])
    assert table.summary([row])[1]["of"] == "mvt"


def run_of(**ratios):
    names = {cell.replace("_", " "): ratio for cell, ratio in ratios.items()}
    row = {"name": "f", "group": "golden", "seconds": {}, "ratios": names, "refused": {}}
    return {"machine": {}, "rows": [row]}


def test_two_runs():
    old = run_of(adjoint=2.0, tangent=1.5, adjoint_numba=1.0, jax=1.0)
    assert report.compared(old, old) == ([], False)
    lines, slower = report.compared(old, run_of(adjoint=2.8, tangent=1.6, adjoint_numba=1.0))
    assert slower and [(line["cell"], line["change"]) for line in lines] == [("adjoint", 1.4)]
    lines, slower = report.compared(old, run_of(adjoint=1.0, tangent=1.5, adjoint_numba=1.0))
    assert not slower and [line["change"] for line in lines] == [0.5]
    assert not report.compared(old, run_of(adjoint=2.0, tangent=1.5, adjoint_numba=1.0, jax=9.0))[1]
    new = run_of(adjoint=2.0, tangent=1.5)
    new["rows"][0]["refused"] = {"adjoint numba": "no"}
    assert report.compared(old, new)[1]
    failed = {"machine": {}, "rows": [{"name": "f", "group": "golden", "failed": "Wrong"}]}
    assert report.compared(old, failed)[1]


def test_command(tmp_path):
    """One program, measured, kept, and compared with itself."""
    kept = tmp_path / "run.json"
    command = [sys.executable, "-m", "benchmarks"]
    options = ["durbin", "--quick", "--no-numba", "--no-peers", "--json", str(kept)]
    made = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "durbin" in made.stdout
    result = json.loads(kept.read_text())
    assert result["machine"]["versions"]["numpy"] == np.__version__
    assert [row["name"] for row in result["rows"]] == ["durbin"]
    again = subprocess.run(
        [*command, "--compare", str(kept), str(kept)], cwd=ROOT, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
