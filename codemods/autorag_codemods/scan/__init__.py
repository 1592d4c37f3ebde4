"""Which files can matter, told by their bytes, and a file as it is; nothing here parses Python."""

from .git import GitError, dirty
from .kinds import FileKind, kind_of, language_of
from .needles import may_matter
from .problem import Problem
from .root import project_of, root_of
from .search import candidates, files_mentioning, words_in
from .source import Source, blocks, contents, read
from .spread import pool_of, processes_for, spread
from .walk import Found, find
from .write import Change, ChangedMeanwhileError, write_all

__all__ = [
    "Change",
    "ChangedMeanwhileError",
    "FileKind",
    "Found",
    "GitError",
    "Problem",
    "Source",
    "blocks",
    "candidates",
    "contents",
    "dirty",
    "files_mentioning",
    "find",
    "kind_of",
    "language_of",
    "may_matter",
    "pool_of",
    "processes_for",
    "project_of",
    "read",
    "root_of",
    "spread",
    "words_in",
    "write_all",
]
