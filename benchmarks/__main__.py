"""`python -m benchmarks [area …] [--rounds N]`: runs the areas' benchmarks and prints a table of each.

An area is a module here with `rows(rounds: int) -> list[Row]`; its docstring's first line is the title.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import platform

import benchmarks
from benchmarks.table import lines


def main() -> None:
    areas = {
        name: module
        for name in sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__))
        if name != "__main__" and hasattr(module := importlib.import_module(f"benchmarks.{name}"), "rows")
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("area", nargs="*", help=f"of {', '.join(areas)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    unknown = set(options.area) - set(areas)
    if unknown:
        parser.error(f"there is no area {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {options.rounds} rounds, shuffled; goals are held against the median.")
    for name in options.area or areas:
        rows = areas[name].rows(options.rounds)
        title = (areas[name].__doc__ or name).splitlines()[0].rstrip(".")
        print("\n" + "\n".join(lines(title, rows)), flush=True)


if __name__ == "__main__":
    main()
