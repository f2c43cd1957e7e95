"""python -m adcompile: the command line."""

import sys

from adcompile.cli import main

sys.exit(main())
