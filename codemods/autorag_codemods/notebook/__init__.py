"""Notebooks: their code cells are judged as one module and edited where they stand in the JSON."""

from .judge import judge_notebook
from .source import source_of

__all__ = ["judge_notebook", "source_of"]
