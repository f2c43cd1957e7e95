"""python -m benchmarks.gradbench: answers GradBench's messages, from standard input to output."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gradbench", description=__doc__)
    from benchmarks.gradbench.derive import BACKENDS, Compiler

    parser.add_argument(
        "--backend", choices=BACKENDS, default="auto",
        help="what runs the derivatives; auto: Numba where it is installed and compiles them",
    )  # fmt: skip
    parser.add_argument(
        "--check", action="store_true",
        help="answer nothing; compare every answer at the table's sizes with other computations",
    )  # fmt: skip
    options = parser.parse_args()
    compiler = Compiler(options.backend)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("ADCOMPILE_CACHE", folder)
        if options.check:
            from benchmarks.gradbench import check

            return check.main(compiler)
        from benchmarks.gradbench.tool import serve

        out, sys.stdout = sys.stdout, sys.stderr
        serve(sys.stdin, out, compiler)
    return 0


if __name__ == "__main__":
    sys.exit(main())
