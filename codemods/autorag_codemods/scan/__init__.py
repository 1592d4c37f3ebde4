"""Which files can matter, told by their bytes, and a file as it is; nothing here parses Python."""

from .git import GitError, dirty
from .needles import may_matter
from .problem import Problem
from .search import candidates, files_mentioning
from .source import Source, read
from .walk import Found, find
from .write import Change, ChangedMeanwhileError, write_all

__all__ = [
    "Change",
    "ChangedMeanwhileError",
    "Found",
    "GitError",
    "Problem",
    "Source",
    "candidates",
    "dirty",
    "files_mentioning",
    "find",
    "may_matter",
    "read",
    "write_all",
]
