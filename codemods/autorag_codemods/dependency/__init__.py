"""A bridged program needs autorag-migrate where it runs: what it requires is said in its project.

`plan` finds the file that says it, `pyproject` and `listing` edit one kind of file each, and
`requirement` is about one requirement.
"""

from .plan import add_dependencies, extras_in

__all__ = ["add_dependencies", "extras_in"]
