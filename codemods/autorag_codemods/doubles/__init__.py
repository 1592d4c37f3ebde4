"""The tests of a project that stand in for the legacy API, moved together with what they test."""

from .plan import Moves, plan_moves

__all__ = ["Moves", "plan_moves"]
